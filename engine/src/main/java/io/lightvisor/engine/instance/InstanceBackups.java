package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupYaml;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ProgressLine;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.image.backup.BackupWriter;
import io.lightvisor.image.backup.Packing;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.storage.driver.StorageFailure;
import io.lightvisor.store.Draft;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Backups of instances: made, listed, renamed, handed out, deleted; those whose time is over go by themselves.
///
/// A backup reads the layers of the root themselves, so the instance may run meanwhile, start or stop; what it writes
/// in
/// that time is in the archive or not, as with every copy of a running system.
public final class InstanceBackups {
    private final World world;
    private final BackupStore files;
    private final ImportInstanceFlow imports;
    private final Set<InstanceBackup.Ref> underWay = new HashSet<>();
    private final Object lock = new Object();
    private volatile Runnable onExpiry = () -> {};

    InstanceBackups(World world, BackupStore files, ImportInstanceFlow imports) {
        this.world = world;
        this.files = files;
        this.imports = imports;
    }

    /// Has something woken when a backup with an end was made.
    void onExpiry(Runnable wake) {
        onExpiry = wake;
    }

    /// Those of an instance, by name.
    public List<InstanceBackup> list(Instance.Ref ref) {
        var facts = world.store().facts();
        Instances.require(facts, ref);
        return facts.backups(ref);
    }

    /// One.
    public InstanceBackup require(Instance.Ref ref, String name) {
        var facts = world.store().facts();
        Instances.require(facts, ref);
        return require(facts, ref, name);
    }

    private static InstanceBackup require(Facts facts, Instance.Ref ref, String name) {
        for (var backup : facts.backups(ref)) {
            if (backup.name().equals(name)) {
                return backup;
            }
        }
        throw Problem.notFound("Load backup from database: Instance backup not found")
                .exception();
    }

    /// The archive, to be read by a client.
    public Path file(Instance.Ref ref, String name) {
        var backup = require(ref, name);
        tell("instance-backup-retrieved", backup, Map.of());
        return files.file(backup);
    }

    /// Makes one.
    public Operation create(Instance.Ref ref, CreateBackup asked) {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref);
        var packing = packing(facts, instance, asked.compression());
        var backup = reserve(facts, instance, asked);
        try {
            var resources = Map.of(
                    "instances", List.of(Urls.of("instances", ref.name().value(), ref.project())),
                    "containers", List.of(Urls.of("containers", ref.name().value(), ref.project())),
                    // Not below its instance: clients take the last part of it for the backup's name.
                    "backups", List.of(Urls.of("backups", backup.name(), ref.project())));
            return world.operations().task(ref.project(), "Backing up instance", resources, op -> {
                try {
                    write(instance, backup, packing, op);
                } finally {
                    release(backup);
                }
            });
        } catch (RuntimeException e) {
            release(backup);
            throw e;
        }
    }

    private static Packing packing(Facts facts, Instance instance, String asked) {
        if (!asked.isEmpty()) {
            return Packing.parse(asked);
        }
        String key = "backups.compression_algorithm";
        String ofProject = facts.project(instance.project())
                .map(p -> p.config().getOrDefault(key, ""))
                .orElse("");
        return Packing.parse(ofProject.isEmpty() ? facts.serverConfig().config().getOrDefault(key, "gzip") : ofProject);
    }

    private InstanceBackup reserve(Facts facts, Instance instance, CreateBackup asked) {
        synchronized (lock) {
            var taken = new HashSet<String>();
            facts.backups(instance.ref()).forEach(each -> taken.add(each.name()));
            for (var each : underWay) {
                if (each.project().equals(instance.project()) && each.instance().equals(instance.name())) {
                    taken.add(each.name());
                }
            }
            String name = asked.name();
            for (int i = 0; name.isEmpty(); i++) {
                name = taken.contains("backup" + i) ? "" : "backup" + i;
            }
            var backup = new InstanceBackup(
                    instance.project(),
                    instance.name(),
                    name,
                    Instant.now(),
                    asked.expiresAt(),
                    asked.instanceOnly(),
                    asked.optimizedStorage());
            if (taken.contains(name)) {
                throw Problem.conflict("Backup \"" + name + "\" of instance \"" + instance.name() + "\" already exists")
                        .exception();
            }
            underWay.add(backup.ref());
            return backup;
        }
    }

    private void release(InstanceBackup backup) {
        synchronized (lock) {
            underWay.remove(backup.ref());
        }
    }

    private void write(Instance instance, InstanceBackup backup, Packing packing, Operation op) throws Exception {
        var facts = world.store().facts();
        boolean running = world.runs().containsKey(instance.id());
        var file = files.fresh(instance.ref());
        try {
            byte[] index = BackupYaml.index(facts, instance, running, !backup.instanceOnly());
            var parts = BackupParts.of(world.pools(), facts, instance, running, backup.instanceOnly());
            BlockingThread.call("lightvisor:backup", () -> {
                BackupWriter.write(file, packing, index, parts, new ProgressLine(op, "create_backup_progress"));
                return true;
            });
            world.store().decide(draft -> {
                requireSame(draft, instance);
                draft.put(Kind.INSTANCE_BACKUP, backup);
                return true;
            });
            Files.move(file, files.file(backup), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | SyscallException e) {
            throw StorageFailure.of(
                    "backup \"" + backup.name() + "\" of instance \"" + instance.name() + "\" not made",
                    file.resolveSibling("."),
                    e);
        } finally {
            Files.deleteIfExists(file);
        }
        if (!backup.expiresAt().equals(Instant.EPOCH)) {
            onExpiry.run();
        }
        tell("instance-backup-created", backup, Map.of());
    }

    private static void requireSame(Draft draft, Instance instance) {
        if (draft.instance(instance.ref()).filter(i -> i.id() == instance.id()).isEmpty()) {
            throw Problem.notFound("Instance \"" + instance.name() + "\" was deleted or renamed while it was backed up")
                    .exception();
        }
    }

    /// Takes in a backup that a client sends, and makes an instance of it.
    ///
    /// @param name otherwise the backup's own
    /// @param pool otherwise the backup's own if it is here, else that of the default profile
    public Operation restore(
            InputStream body, ProjectName project, Optional<InstanceName> name, Optional<PoolName> pool)
            throws IOException {
        var received = imports.receive(body, new ImportPlanner.Wish(project, name, pool));
        try {
            var ref = received.wish().ref(received.index());
            return world.operations().task(project, "Restoring backup", resources(ref), op -> {
                try (received) {
                    imports.run(received, op);
                }
            });
        } catch (RuntimeException e) {
            received.close();
            throw e;
        }
    }

    /// Renames one.
    public Operation rename(Instance.Ref ref, String from, String to) {
        var before = require(ref, from);
        var after = before.withName(to);
        return world.operations().task(ref.project(), "Renaming instance backup", resources(ref), _ -> {
            try (var _ = world.locks()
                    .lock(Instances.require(world.store().facts(), ref).id())) {
                var now = require(world.store().facts(), ref, from);
                world.store().decide(draft -> {
                    if (draft.find(Kind.INSTANCE_BACKUP, after.ref()).isPresent()) {
                        throw Problem.conflict("Backup \"" + to + "\" already exists")
                                .exception();
                    }
                    draft.remove(Kind.INSTANCE_BACKUP, now.ref());
                    draft.put(Kind.INSTANCE_BACKUP, now.withName(to));
                    return true;
                });
                files.rename(now, now.withName(to));
            }
            tell("instance-backup-renamed", after, Map.of("old_name", from));
        });
    }

    /// Deletes one.
    public Operation delete(Instance.Ref ref, String name) {
        require(ref, name);
        return world.operations()
                .task(ref.project(), "Removing instance backup", resources(ref), _ -> remove(ref, name));
    }

    private void remove(Instance.Ref ref, String name) {
        var backup = require(world.store().facts(), ref, name);
        world.store().decide(draft -> draft.remove(Kind.INSTANCE_BACKUP, backup.ref()));
        files.delete(backup);
        tell("instance-backup-deleted", backup, Map.of());
    }

    /// Deletes those whose time is over.
    ///
    /// @return when the next one's is
    Optional<Instant> expire(Instant now) {
        Instant next = null;
        for (var backup : world.store().facts().all(Kind.INSTANCE_BACKUP)) {
            if (backup.isExpired(now)) {
                remove(new Instance.Ref(backup.project(), backup.instance()), backup.name());
            } else if (!backup.expiresAt().equals(Instant.EPOCH)
                    && (next == null || backup.expiresAt().isBefore(next))) {
                next = backup.expiresAt();
            }
        }
        return Optional.ofNullable(next);
    }

    private static Map<String, List<String>> resources(Instance.Ref ref) {
        return Map.of(
                "instances", List.of(Urls.of("instances", ref.name().value(), ref.project())),
                "containers", List.of(Urls.of("containers", ref.name().value(), ref.project())));
    }

    private void tell(String action, InstanceBackup backup, Map<String, Object> context) {
        world.events()
                .lifecycle(
                        backup.project(),
                        action,
                        Urls.of("instances", backup.instance().value(), backup.project(), "backups", backup.name()),
                        context);
    }
}
