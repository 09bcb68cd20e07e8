package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.store.Kind;

/// Deletes a snapshot: its root goes out of sight at once and is removed in the background.
final class DeleteSnapshotFlow {
    private final World world;

    DeleteSnapshotFlow(World world) {
        this.world = world;
    }

    void run(InstanceSnapshot.Ref ref) throws InterruptedException {
        var named = Instances.require(world.store().facts(), ref.instance());
        try (var _ = world.locks().lock(named.id())) {
            var facts = world.store().facts();
            var instance = Instances.require(facts, ref.instance());
            Snapshots.require(facts, ref);
            var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
            world.pools().prepareDeleteSnapshot(pool, ref.instance(), ref.name());
            world.store().decide(draft -> draft.remove(Kind.INSTANCE_SNAPSHOT, ref));
            world.pools().deleteSnapshot(pool, ref.instance(), ref.name());
        }
        Snapshots.tell(world, ref, "instance-snapshot-deleted");
    }
}
