package io.lightvisor.storage;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.StorageFailure;
import io.lightvisor.storage.driver.VolumeDriver;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiPredicate;

/// The snapshots of the instances of one pool. As with all volumes: made in `.staging/`, put in place whole.
final class PoolSnapshots {
    private static final System.Logger LOG = System.getLogger("lightvisor.storage");

    private final Pool pool;
    private final PoolFolder folder;
    private final VolumeDriver driver;

    PoolSnapshots(Pool pool, PoolFolder folder, VolumeDriver driver) {
        this.pool = pool;
        this.folder = folder;
        this.driver = driver;
    }

    /// Puts a root into the folder of a snapshot that is being made.
    interface Maker {
        void make(Path fresh) throws Exception;
    }

    SnapshotVolume create(Instance.Ref instance, SnapshotName name, Maker maker) throws InterruptedException {
        var place = place(instance, name);
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw Problem.conflict("Snapshot \"" + name + "\" of instance \"" + instance.name() + "\" already exists")
                    .exception();
        }
        pool.make(instance.hostName() + "-snapshot", "snapshot \"" + name + "\" of " + Pool.rootOf(instance), fresh -> {
            maker.make(fresh);
            new SnapshotMark.Unrecorded().put(fresh);
            Folders.ensure(folder.containerSnapshots().resolve(instance.hostName()), Folders.PRIVATE);
            return place;
        });
        return require(instance, name);
    }

    Optional<SnapshotVolume> find(Instance.Ref instance, SnapshotName name) {
        var place = place(instance, name);
        try {
            return Optional.of(new SnapshotVolume(pool.name(), instance, name, place, driver.frozenLayout(place)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | SyscallException e) {
            throw failure(instance, name, "cannot be read", e);
        }
    }

    SnapshotVolume require(Instance.Ref instance, SnapshotName name) {
        return find(instance, name)
                .orElseThrow(() -> new Problem.NotFound(
                                "snapshot \"" + name + "\" of " + Pool.rootOf(instance) + " not found",
                                place(instance, name) + " is missing or has no root",
                                "delete the snapshot")
                        .exception());
    }

    void settle(Instance.Ref instance, SnapshotName name) {
        try {
            SnapshotMark.remove(place(instance, name));
        } catch (IOException e) {
            // Only says that the records should be asked; they know it.
            LOG.log(System.Logger.Level.WARNING, "mark of a snapshot not removed, going on: " + e.getMessage());
        }
    }

    void rename(Instance.Ref instance, SnapshotName from, SnapshotName to) {
        var old = place(instance, from);
        var target = place(instance, to);
        try {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.conflict("Snapshot \"" + to + "\" already exists").exception();
            }
            new SnapshotMark.Renamed(from).put(old);
            pool.moveIntoPlace(old, target);
        } catch (IOException e) {
            throw failure(instance, from, "not renamed", e);
        }
    }

    void prepareDelete(Instance.Ref instance, SnapshotName name) {
        var place = place(instance, name);
        try {
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                new SnapshotMark.Unrecorded().put(place);
            }
        } catch (IOException e) {
            throw failure(instance, name, "not deleted", e);
        }
    }

    void delete(Instance.Ref instance, SnapshotName name) {
        try {
            pool.discardIfThere(place(instance, name));
            removeIfEmpty(folder.containerSnapshots().resolve(instance.hostName()));
        } catch (IOException e) {
            throw failure(instance, name, "not deleted", e);
        }
    }

    private static void removeIfEmpty(Path ofInstance) throws IOException {
        try {
            Files.deleteIfExists(ofInstance);
        } catch (DirectoryNotEmptyException e) {
            // others are left
        }
    }

    /// Deals with what a crash left between disk and records.
    ///
    /// @param recorded whether a snapshot (host name of its instance, its name) is recorded
    void settleAll(BiPredicate<String, String> recorded) throws IOException {
        try (var instances = Files.newDirectoryStream(folder.containerSnapshots())) {
            for (var instance : instances) {
                try (var snapshots = Files.newDirectoryStream(instance)) {
                    for (var snapshot : snapshots) {
                        settle(instance.getFileName().toString(), snapshot, recorded);
                    }
                }
                removeIfEmpty(instance);
            }
        }
    }

    private void settle(String instance, Path snapshot, BiPredicate<String, String> recorded) throws IOException {
        var mark = SnapshotMark.find(snapshot);
        if (mark.isEmpty()) {
            return;
        }
        if (recorded.test(instance, snapshot.getFileName().toString())) {
            SnapshotMark.remove(snapshot);
            return;
        }
        if (mark.get() instanceof SnapshotMark.Renamed(var before)) {
            if (recorded.test(instance, before.value())) {
                var back = pool.moveIntoPlace(snapshot, snapshot.resolveSibling(before.value()));
                SnapshotMark.remove(back);
            }
            return;
        }
        LOG.log(System.Logger.Level.INFO, "removing " + snapshot + ", which was never whole or is deleted");
        pool.discardIfThere(snapshot);
    }

    private Path place(Instance.Ref instance, SnapshotName name) {
        return folder.containerSnapshots().resolve(instance.hostName()).resolve(name.value());
    }

    private RuntimeException failure(Instance.Ref instance, SnapshotName name, String what, Throwable cause) {
        return StorageFailure.of(
                "snapshot \"" + name + "\" of " + Pool.rootOf(instance) + " " + what, folder.path(), cause);
    }
}
