package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.Instance;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.StoragePools.CopySource;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.util.Map;
import java.util.Optional;

/// Moves the root of a stopped instance to another pool: copied there with its snapshots, recorded, removed here. The
/// pool is written down first: a daemon that is killed in the middle removes what is not recorded.
final class MoveInstanceFlow {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;

    MoveInstanceFlow(World world) {
        this.world = world;
    }

    /// Refuses what cannot be moved now.
    void accept(Instance instance, PoolName to) {
        var facts = world.store().facts();
        Pools.require(facts, to);
        if (world.runs().containsKey(instance.id())) {
            throw new Problem.BadRequest(
                            "Instance must be stopped to be moved statelessly",
                            "it runs, and its root can be copied consistently at rest only",
                            "stop it first")
                    .exception();
        }
        if (pool(facts, instance).name().equals(to)) {
            throw Problem.badRequest("Requested pool \"" + to + "\" is the same as current pool")
                    .exception();
        }
    }

    private static StoragePool pool(Facts facts, Instance instance) {
        return Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
    }

    void run(Instance.Ref ref, PoolName to) throws InterruptedException {
        var named = Instances.require(world.store().facts(), ref);
        try (var _ = world.locks().lock(named.id())) {
            var facts = world.store().facts();
            var instance = Instances.require(facts, ref);
            accept(instance, to);
            var old = pool(facts, instance);
            var target = Pools.require(facts, to);
            world.roots().evict(instance.id());
            mark(ref, to.value());
            boolean recorded = false;
            try {
                world.pools().copy(new CopySource(old, ref, Optional.empty(), false), target, ref);
                for (var snapshot : Snapshots.oldestFirst(facts, ref)) {
                    world.pools().copySnapshot(old, ref, snapshot.name(), target, ref);
                }
                record(ref, old, target);
                recorded = true;
            } finally {
                if (!recorded) {
                    world.pools().delete(target, ref);
                    world.pools().relink(old, ref);
                    mark(ref, "");
                }
            }
            for (var snapshot : facts.snapshots(ref)) {
                world.pools().settleSnapshot(target, ref, snapshot.name());
            }
            world.pools().delete(old, ref);
            mark(ref, "");
        }
        world.events()
                .lifecycle(
                        ref.project(),
                        "instance-updated",
                        Urls.of("instances", ref.name().value(), ref.project()));
    }

    private void mark(Instance.Ref ref, String to) {
        world.store().decide(draft -> {
            draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(Map.of(Volatile.MOVING, to))));
            return true;
        });
    }

    private void record(Instance.Ref ref, StoragePool old, StoragePool target) {
        world.store().decide(draft -> {
            // The key names the pool to be cleared from now on.
            var moved = RestoreFlow.inPool(draft, Instances.require(draft, ref), target)
                    .withKeys(Map.of(Volatile.MOVING, old.name().value()));
            draft.put(Kind.INSTANCE, moved);
            for (var snapshot : draft.snapshots(ref)) {
                draft.put(
                        Kind.INSTANCE_SNAPSHOT,
                        snapshot.withInstance(snapshot.instance().withDevices(moved.devices())));
            }
            var before = new StorageVolume.Ref(
                    old.name(),
                    ref.project(),
                    StorageVolume.Type.CONTAINER,
                    ref.name().value());
            draft.storageVolume(before).ifPresent(v -> {
                draft.remove(Kind.STORAGE_VOLUME, before);
                draft.put(
                        Kind.STORAGE_VOLUME,
                        new StorageVolume(
                                target.name(),
                                v.project(),
                                v.type(),
                                v.name(),
                                v.description(),
                                v.config(),
                                v.createdAt()));
            });
            return true;
        });
    }

    /// Removes what a daemon that was killed in the middle of a move left in the pool that is not recorded.
    void recover() {
        var facts = world.store().facts();
        for (var instance : facts.instances()) {
            String name = instance.config(Volatile.MOVING, "");
            if (name.isEmpty()) {
                continue;
            }
            var current = pool(facts, instance);
            if (!current.name().value().equals(name)) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "removing what a move of " + instance.ref() + " left in storage pool " + name);
                facts.storagePool(new PoolName(name))
                        .ifPresent(pool -> world.pools().delete(pool, instance.ref()));
                world.pools().relink(current, instance.ref());
            }
            mark(instance.ref(), "");
        }
    }
}
