package io.lightvisor.engine.instance;

import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.store.Draft;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;

/// Where archives lie:
///
///     backups/instances/INSTANCE/BACKUP    recorded ones
///     backups/instances/INSTANCE/.new-N    being written
///     backups/.import-N                    being received
///
/// What has no record was never finished and goes at the next start.
final class BackupStore {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final Path folder;

    BackupStore(Path lxdDir) {
        this.folder = lxdDir.resolve("backups");
    }

    Path file(InstanceBackup backup) {
        return folder(new Instance.Ref(backup.project(), backup.instance())).resolve(backup.name());
    }

    private Path folder(Instance.Ref ref) {
        return folder.resolve("instances").resolve(ref.hostName());
    }

    /// A name for a new file beside the instance's other backups.
    Path fresh(Instance.Ref ref) throws IOException {
        return make(folder(ref)).resolve(".new-" + System.nanoTime());
    }

    /// A name for an archive that comes in.
    Path incoming() throws IOException {
        return make(folder).resolve(".import-" + System.nanoTime());
    }

    private static Path make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }

    void delete(InstanceBackup backup) {
        try {
            var file = file(backup);
            Files.deleteIfExists(file);
            removeIfEmpty(folder(new Instance.Ref(backup.project(), backup.instance())));
        } catch (IOException e) {
            throw failure("backup \"" + backup.name() + "\" of instance \"" + backup.instance() + "\" not deleted", e);
        }
    }

    void rename(InstanceBackup from, InstanceBackup to) {
        try {
            Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("backup \"" + from.name() + "\" of instance \"" + from.instance() + "\" not renamed", e);
        }
    }

    /// Follows an instance to its new name; Harmless if it has no backups.
    void move(Instance.Ref from, Instance.Ref to) {
        if (!Files.isDirectory(folder(from), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.move(folder(from), folder(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("backups of instance \"" + from.name() + "\" not renamed", e);
        }
    }

    /// Takes the records of an instance that goes.
    static void forget(Draft draft, Instance.Ref ref) {
        draft.backups(ref).forEach(each -> draft.remove(Kind.INSTANCE_BACKUP, each.ref()));
    }

    /// Renames the records with the instance.
    static void rename(Draft draft, Instance.Ref from, Instance.Ref to) {
        for (var each : draft.backups(from)) {
            draft.remove(Kind.INSTANCE_BACKUP, each.ref());
            draft.put(Kind.INSTANCE_BACKUP, each.withInstance(to.name()));
        }
    }

    /// Everything of an instance that is gone.
    void deleteAll(Instance.Ref ref) {
        var gone = folder(ref);
        if (!Files.isDirectory(gone, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.newDirectoryStream(gone)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
            removeIfEmpty(gone);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove backups in " + gone + ", going on: " + e.getMessage());
        }
    }

    /// Removes what has no record.
    void recover(Facts facts) {
        var known = new HashSet<Path>();
        facts.all(Kind.INSTANCE_BACKUP).forEach(backup -> known.add(file(backup)));
        try {
            if (!Files.isDirectory(folder)) {
                return;
            }
            try (var files = Files.newDirectoryStream(folder, ".import-*")) {
                for (var file : files) {
                    Files.deleteIfExists(file);
                }
            }
            if (!Files.isDirectory(folder.resolve("instances"))) {
                return;
            }
            try (var folders = Files.newDirectoryStream(folder.resolve("instances"), Files::isDirectory)) {
                for (var each : folders) {
                    removeUnknown(each, known);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot clear " + folder + ", going on: " + e.getMessage());
        }
    }

    private static void removeUnknown(Path folder, HashSet<Path> known) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                if (!known.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
        removeIfEmpty(folder);
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            if (files.iterator().hasNext()) {
                return;
            }
        }
        Files.deleteIfExists(folder);
    }

    private RuntimeException failure(String what, IOException e) {
        return io.lightvisor.storage.driver.StorageFailure.of(what, folder, e);
    }
}
