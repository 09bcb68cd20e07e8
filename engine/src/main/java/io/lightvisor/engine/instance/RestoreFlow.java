package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.RootDisk;
import io.lightvisor.model.StoragePool;
import io.lightvisor.storage.StoragePools.CopySource;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes a stopped instance what it was at a snapshot: root and record. Which one is written down first: a daemon that
/// is killed in the middle finishes it at its next start.
final class RestoreFlow {
    /// Stay what they are now: they say which instance this is.
    private static final List<String> KEPT = List.of(
            Volatile.UUID,
            Volatile.INSTANCE_ID,
            Volatile.POWER,
            Volatile.IDMAP_BASE,
            Volatile.NEXT_IDMAP,
            Volatile.CURRENT_IDMAP,
            Volatile.LAST_IDMAP);

    private final World world;

    RestoreFlow(World world) {
        this.world = world;
    }

    /// Called with the instance's lock held, when it does not run.
    void run(InstanceSnapshot.Ref ref) throws InterruptedException {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref.instance());
        var snapshot = Snapshots.require(facts, ref);
        var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
        // What it will be must hold before anything is touched.
        world.planner().check(facts, InstancePlanner.expanded(facts, restored(facts, instance, snapshot, pool)));
        world.pools().requireSnapshot(pool, ref.instance(), ref.name());
        mark(instance, ref.name().value());
        world.roots().evict(instance.id());
        world.pools().replace(CopySource.of(pool, ref.instance(), ref.name()), pool, ref.instance());
        world.store().decide(draft -> {
            var now = Instances.require(draft, ref.instance());
            draft.put(Kind.INSTANCE, restored(draft, now, Snapshots.require(draft, ref), pool));
            return true;
        });
        world.events()
                .lifecycle(
                        instance.project(),
                        "instance-restored",
                        Urls.of("instances", instance.name().value(), instance.project()),
                        Map.of("snapshot", ref.name().value()));
    }

    private void mark(Instance instance, String snapshot) {
        world.store().decide(draft -> {
            var now = Instances.require(draft, instance.ref());
            draft.put(Kind.INSTANCE, now.withKeys(Map.of(Volatile.RESTORING, snapshot)));
            return true;
        });
    }

    private static Instance restored(Facts facts, Instance now, InstanceSnapshot snapshot, StoragePool pool) {
        var then = snapshot.instance();
        var config = new TreeMap<>(then.config());
        config.remove(Volatile.RESTORING);
        config.keySet().removeAll(KEPT);
        KEPT.forEach(key -> {
            if (now.config().containsKey(key)) {
                config.put(key, now.config(key, ""));
            }
        });
        var restored = new Instance(
                now.id(),
                now.project(),
                now.name(),
                now.type(),
                then.architecture(),
                config,
                then.devices(),
                then.profiles(),
                then.ephemeral(),
                false,
                then.description(),
                now.createdAt(),
                now.lastUsedAt());
        return inPool(facts, restored, pool);
    }

    /// The instance with its root disk in this pool, whatever profiles say.
    static Instance inPool(Facts facts, Instance instance, StoragePool pool) {
        var root = RootDisk.find(InstancePlanner.expanded(facts, instance));
        if (root.isPresent() && root.get().pool().equals(pool.name())) {
            return instance;
        }
        var devices = new TreeMap<>(instance.devices().byName());
        var options = new TreeMap<String, String>();
        root.ifPresent(r -> options.putAll(r.options()));
        options.putIfAbsent("type", "disk");
        options.putIfAbsent("path", "/");
        options.put("pool", pool.name().value());
        devices.put(root.map(RootDisk::device).orElse("root"), options);
        return instance.withDevices(new DeviceMap(devices));
    }
}
