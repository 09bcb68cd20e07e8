package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.store.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Map;

/// Gives a stopped instance another name.
final class RenameInstanceFlow {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final SecureRandom random = new SecureRandom();

    RenameInstanceFlow(World world) {
        this.world = world;
    }

    /// Refuses what cannot be renamed now.
    void accept(Instance instance, InstanceName to) {
        if (world.runs().containsKey(instance.id())) {
            throw Problem.badRequest("Renaming of running container not allowed")
                    .exception();
        }
        if (world.store()
                .facts()
                .instance(new Instance.Ref(instance.project(), to))
                .isPresent()) {
            throw Problem.conflict("Name \"" + to + "\" already in use").exception();
        }
    }

    void run(Instance.Ref from, InstanceName to) throws Exception {
        var named = Instances.require(world.store().facts(), from);
        var target = new Instance.Ref(from.project(), to);
        try (var _ = world.locks().lock(named.id());
                var steps = new Steps()) {
            var facts = world.store().facts();
            var instance = Instances.require(facts, from);
            accept(instance, to);
            var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
            steps.run(() -> mark(from, to.value()), _ -> mark(from, ""));
            steps.run(
                    () -> world.pools().rename(pool, from, target),
                    _ -> world.pools().rename(pool, target, from));
            var backups = new BackupStore(world.lxdDir());
            backups.move(from, target);
            steps.onFailure(() -> backups.move(target, from));
            world.store().decide(draft -> {
                if (draft.instance(target).isPresent()) {
                    throw Problem.conflict("Name \"" + to + "\" already in use").exception();
                }
                BackupStore.rename(draft, from, target);
                draft.remove(Kind.INSTANCE, from);
                draft.put(
                        Kind.INSTANCE,
                        instance.withName(to)
                                .withKeys(Map.of(
                                        Volatile.APPLY_TEMPLATE,
                                        "rename",
                                        Volatile.INSTANCE_ID,
                                        InstancePlanner.uuid(random))));
                for (var snapshot : draft.snapshots(from)) {
                    draft.remove(Kind.INSTANCE_SNAPSHOT, snapshot.ref());
                    draft.put(
                            Kind.INSTANCE_SNAPSHOT,
                            snapshot.withInstance(snapshot.instance().withName(to)));
                }
                var old = new StorageVolume.Ref(
                        pool.name(),
                        from.project(),
                        StorageVolume.Type.CONTAINER,
                        from.name().value());
                draft.storageVolume(old).ifPresent(v -> {
                    draft.remove(Kind.STORAGE_VOLUME, old);
                    draft.put(
                            Kind.STORAGE_VOLUME,
                            new StorageVolume(
                                    v.pool(),
                                    v.project(),
                                    v.type(),
                                    to.value(),
                                    v.description(),
                                    v.config(),
                                    v.createdAt()));
                });
                return true;
            });
            steps.keep();
            world.nics().forget(facts, instance);
            moveLogs(from, target);
            world.events()
                    .lifecycle(
                            from.project(),
                            "instance-renamed",
                            Urls.of("instances", to.value(), from.project()),
                            Map.of("old_name", from.name().value()));
        }
    }

    private boolean mark(Instance.Ref ref, String to) {
        return world.store().decide(draft -> {
            draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(Map.of(Volatile.RENAMING, to))));
            return true;
        });
    }

    /// Takes back what a daemon that was killed left half renamed.
    void recover() {
        var facts = world.store().facts();
        for (var instance : facts.instances()) {
            String to = instance.config(Volatile.RENAMING, "");
            if (to.isEmpty()) {
                continue;
            }
            var target = new Instance.Ref(instance.project(), new InstanceName(to));
            if (facts.instance(target).isEmpty()) {
                var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
                LOG.log(System.Logger.Level.INFO, "taking back that " + instance.ref() + " was being renamed to " + to);
                world.pools().rename(pool, target, instance.ref());
            }
            mark(instance.ref(), "");
        }
    }

    private void moveLogs(Instance.Ref from, Instance.Ref to) {
        try {
            if (Files.isDirectory(world.logs(from.hostName()))) {
                Files.move(world.logs(from.hostName()), world.logs(to.hostName()));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot move the logs of " + from + ", going on: " + e.getMessage());
        }
    }
}
