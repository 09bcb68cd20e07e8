package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.RootDisk;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Facts;
import java.util.Optional;

/// The size that a root may have: option `size` of the root disk. A pool that cannot hold it refuses, as an instance
/// that fills the host's disk in spite of its limit is worse than one that is told.
final class RootSize {
    private RootSize() {}

    static void apply(StoragePools pools, Facts facts, ExpandedInstance instance) {
        var root = RootDisk.require(instance);
        String size = root.options().getOrDefault("size", "");
        if (!size.isEmpty() && !size.equals("0")) {
            try {
                pools.setQuota(
                        Pools.ofRoot(facts, instance), instance.instance().ref(), Optional.of(ByteSize.parse(size)));
            } catch (ProblemException e) {
                throw Prefixed.of("Failed to start device \"" + root.device() + "\": ", e);
            }
        }
    }

    /// Refuses a new size that the pool cannot hold.
    static void checkChanged(StoragePools pools, Facts facts, ExpandedInstance before, ExpandedInstance after) {
        String old = RootDisk.find(before)
                .map(r -> r.options().getOrDefault("size", ""))
                .orElse("");
        if (!old.equals(RootDisk.require(after).options().getOrDefault("size", ""))) {
            apply(pools, facts, after);
        }
    }
}
