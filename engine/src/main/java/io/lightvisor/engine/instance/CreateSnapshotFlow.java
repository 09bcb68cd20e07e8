package io.lightvisor.engine.instance;

import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Problem;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.config.Expiry;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Takes a snapshot: root first, then its record in one commit.
final class CreateSnapshotFlow {
    private final World world;

    CreateSnapshotFlow(World world) {
        this.world = world;
    }

    /// @param wanted    its name; empty: by `snapshots.pattern`
    /// @param expiresAt empty: by `snapshots.expiry`; [Instant#EPOCH] or before: never
    InstanceSnapshot run(Instance.Ref ref, Optional<SnapshotName> wanted, Optional<Instant> expiresAt)
            throws Exception {
        var named = Instances.require(world.store().facts(), ref);
        try (var _ = world.locks().lock(named.id())) {
            var facts = world.store().facts();
            var instance = Instances.require(facts, ref);
            var expanded = InstancePlanner.expanded(facts, instance);
            var now = Instant.now();
            var name = wanted.orElseGet(() -> SnapshotNames.next(
                    expanded.config("snapshots.pattern", ""), ZonedDateTime.now(), taken(facts, ref)));
            requireFree(facts, ref, name);
            var expires = expiresAt
                    .map(when -> when.isAfter(Instant.EPOCH) ? when : Instant.EPOCH)
                    .orElseGet(() -> expiry(expanded.config("snapshots.expiry", ""), now));
            var pool = Pools.ofRoot(facts, expanded);
            InstanceSnapshot made;
            try (var steps = new Steps()) {
                try (var quiesced = Quiesced.of(world, instance)) {
                    steps.run(
                            () -> world.pools().createSnapshot(pool, ref, name, quiesced.running()),
                            _ -> world.pools().deleteSnapshot(pool, ref, name));
                }
                made = world.store().decide(draft -> {
                    requireFree(draft, ref, name);
                    var snapshot = new InstanceSnapshot(Instances.require(draft, ref), name, now, expires);
                    draft.put(Kind.INSTANCE_SNAPSHOT, snapshot);
                    return snapshot;
                });
                steps.keep();
            }
            world.pools().settleSnapshot(pool, ref, name);
            Snapshots.tell(world, made.ref(), "instance-snapshot-created");
            return made;
        }
    }

    static void requireFree(Facts facts, Instance.Ref ref, SnapshotName name) {
        if (facts.snapshot(new InstanceSnapshot.Ref(ref, name)).isPresent()) {
            throw Problem.conflict("Failed creating instance snapshot record \"" + name + "\": Instance \"" + ref.name()
                            + "\" has a snapshot of this name already")
                    .exception();
        }
    }

    private static Set<String> taken(Facts facts, Instance.Ref ref) {
        var names = new HashSet<String>();
        facts.snapshots(ref).forEach(s -> names.add(s.name().value()));
        return names;
    }

    private static Instant expiry(String span, Instant now) {
        return span.isEmpty() ? Instant.EPOCH : Expiry.parse(span).after(now);
    }
}
