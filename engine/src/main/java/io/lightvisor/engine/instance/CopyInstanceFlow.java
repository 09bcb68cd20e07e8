package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Problem;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.StoragePools.CopySource;
import io.lightvisor.store.Draft;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes an instance of another one, or of a snapshot: record, root, snapshots. What says which instance it is (ids,
/// addresses) is made anew.
final class CopyInstanceFlow {
    private final World world;
    private final SecureRandom random = new SecureRandom();

    CopyInstanceFlow(World world) {
        this.world = world;
    }

    /// The record that is copied.
    private static Instance sourceOf(Facts facts, InstanceSource.FromInstance source) {
        var ref = source.instance();
        var instance = facts.instance(ref)
                .orElseThrow(() -> Problem.notFound("Failed to fetch instance \"" + ref.name() + "\" in project \""
                                + ref.project() + "\": Instance not found")
                        .exception());
        return source.snapshot().isEmpty()
                ? instance
                : Snapshots.require(
                                facts,
                                new InstanceSnapshot.Ref(ref, source.snapshot().get()))
                        .instance();
    }

    /// Whether this is a refresh of an instance that is there.
    boolean isRefresh(CreateInstance command, InstanceSource.FromInstance source) {
        return source.refresh()
                && command.name().isPresent()
                && world.store()
                        .facts()
                        .instance(new Instance.Ref(
                                command.project(), command.name().get()))
                        .isPresent();
    }

    /// The command with what it takes over from the source; what it says itself goes before.
    CreateInstance completed(CreateInstance command, InstanceSource.FromInstance source) {
        var from = sourceOf(world.store().facts(), source);
        var config = new TreeMap<String, String>();
        from.config().forEach((key, value) -> {
            if (!key.startsWith("volatile.") || key.equals(Volatile.BASE_IMAGE)) {
                config.put(key, value);
            }
        });
        command.config().forEach((key, value) -> {
            if (!key.startsWith("volatile.") || key.equals(Volatile.BASE_IMAGE)) {
                config.put(key, value);
            }
        });
        config.values().removeIf(String::isEmpty);
        var devices = new TreeMap<>(from.devices().byName());
        devices.putAll(command.devices().byName());
        return new CreateInstance(
                command.project(),
                command.name(),
                from.type(),
                command.architecture().or(() -> Optional.of(from.architecture())),
                config,
                new DeviceMap(devices),
                command.profiles().or(() -> Optional.of(from.profiles())),
                command.ephemeral(),
                command.description().isEmpty() ? from.description() : command.description(),
                source,
                command.start());
    }

    Instance run(CreateInstance command, InstanceSource.FromInstance source) throws Exception {
        try (var steps = new Steps()) {
            Instance made = steps.run(() -> world.store().decide(draft -> record(draft, command)), this::forget);
            var from = Instances.require(world.store().facts(), source.instance());
            try (var _ = world.locks().lock(from.id());
                    var _ = world.locks().lock(made.id())) {
                var facts = world.store().facts();
                if (facts.instance(made.ref()).isEmpty()) {
                    throw Problem.notFound("Instance \"" + made.name() + "\" was deleted while it was made")
                            .exception();
                }
                sourceOf(facts, source); // may be gone since
                var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, made));
                var copy = copySource(facts, source, from);
                try (var _ = quiesced(source, from)) {
                    steps.run(
                            () -> world.pools().copy(copy, pool, made.ref()),
                            _ -> world.pools().delete(pool, made.ref()));
                }
                if (source.snapshot().isEmpty() && !source.instanceOnly()) {
                    for (var snapshot : Snapshots.oldestFirst(facts, source.instance())) {
                        world.pools().copySnapshot(copy.pool(), source.instance(), snapshot.name(), pool, made.ref());
                    }
                }
                var whole = world.store().decide(draft -> {
                    var now = Instances.require(draft, made.ref()).withKeys(Map.of(Volatile.CREATING, ""));
                    draft.put(Kind.INSTANCE, now);
                    if (source.snapshot().isEmpty() && !source.instanceOnly()) {
                        facts.snapshots(source.instance()).forEach(s -> putSnapshot(draft, s, now));
                    }
                    return now;
                });
                for (var snapshot : world.store().facts().snapshots(made.ref())) {
                    world.pools().settleSnapshot(pool, made.ref(), snapshot.name());
                }
                steps.keep();
                tell(whole, "instance-created");
                return whole;
            }
        }
    }

    private Quiesced quiesced(InstanceSource.FromInstance source, Instance from) throws Exception {
        return source.snapshot().isPresent() ? Quiesced.NOTHING : Quiesced.of(world, from);
    }

    private CopySource copySource(Facts facts, InstanceSource.FromInstance source, Instance from) {
        var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, from));
        return new CopySource(
                pool,
                from.ref(),
                source.snapshot(),
                source.snapshot().isEmpty() && world.runs().containsKey(from.id()));
    }

    private Instance record(Draft draft, CreateInstance command) {
        var made = world.planner()
                .create(draft, command, Optional.empty(), random)
                .withKeys(Map.of(Volatile.APPLY_TEMPLATE, "copy"));
        draft.put(Kind.INSTANCE, made);
        var pool = Pools.ofRoot(draft, InstancePlanner.expanded(draft, made));
        draft.put(
                Kind.STORAGE_VOLUME,
                new StorageVolume(
                        pool.name(),
                        made.project(),
                        StorageVolume.Type.CONTAINER,
                        made.name().value(),
                        "",
                        Map.of(),
                        Instant.now()));
        return made;
    }

    /// A snapshot's record as one of the copy: with the ids and addresses of the copy.
    private static void putSnapshot(Draft draft, InstanceSnapshot snapshot, Instance owner) {
        var then = snapshot.instance();
        var config = new TreeMap<>(then.config());
        config.keySet().removeIf(key -> key.startsWith("volatile.") && !key.equals(Volatile.BASE_IMAGE));
        owner.config().forEach((key, value) -> {
            if (key.startsWith("volatile.") && !key.equals(Volatile.BASE_IMAGE)) {
                config.put(key, value);
            }
        });
        var record = new Instance(
                owner.id(),
                owner.project(),
                owner.name(),
                owner.type(),
                then.architecture(),
                config,
                then.devices(),
                then.profiles(),
                then.ephemeral(),
                false,
                then.description(),
                then.createdAt(),
                then.lastUsedAt());
        draft.put(Kind.INSTANCE_SNAPSHOT, snapshot.withInstance(record));
    }

    private void forget(Instance made) {
        CreateInstanceFlow.forget(world, made);
    }

    // ---- refresh

    /// Makes root and snapshots of an instance that is there those of the source; its record stays.
    void refresh(CreateInstance command, InstanceSource.FromInstance source) throws Exception {
        var from = Instances.require(world.store().facts(), source.instance());
        var to = Instances.require(
                world.store().facts(),
                new Instance.Ref(command.project(), command.name().orElseThrow()));
        if (from.id() == to.id()) {
            throw Problem.badRequest("An instance can't be refreshed from itself")
                    .exception();
        }
        // Always in the same order, so that two that refresh each other cannot wait for each other.
        try (var _ = world.locks().lock(Math.min(from.id(), to.id()));
                var _ = world.locks().lock(Math.max(from.id(), to.id()))) {
            var facts = world.store().facts();
            var target = Instances.require(facts, to.ref());
            sourceOf(facts, source);
            if (world.runs().containsKey(target.id())) {
                throw Problem.badRequest("Cannot refresh a running instance").exception();
            }
            var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, target));
            var copy = copySource(facts, source, from);
            try (var _ = quiesced(source, from)) {
                world.roots().evict(target.id());
                world.pools().replace(copy, pool, target.ref());
            }
            if (source.snapshot().isEmpty() && !source.instanceOnly()) {
                refreshSnapshots(facts, copy, target, pool);
            }
            tell(target, "instance-updated");
        }
    }

    private void refreshSnapshots(Facts facts, CopySource source, Instance target, io.lightvisor.model.StoragePool pool)
            throws InterruptedException {
        var wanted = new HashMap<String, InstanceSnapshot>();
        facts.snapshots(source.instance()).forEach(s -> wanted.put(s.name().value(), s));
        for (var there : facts.snapshots(target.ref())) {
            var same = wanted.get(there.name().value());
            if (same != null && same.createdAt().equals(there.createdAt())) {
                wanted.remove(there.name().value());
                continue;
            }
            world.pools().prepareDeleteSnapshot(pool, target.ref(), there.name());
            world.store().decide(draft -> draft.remove(Kind.INSTANCE_SNAPSHOT, there.ref()));
            world.pools().deleteSnapshot(pool, target.ref(), there.name());
        }
        for (var each : Snapshots.oldestFirst(facts, source.instance())) {
            if (wanted.containsKey(each.name().value())) {
                world.pools().copySnapshot(source.pool(), source.instance(), each.name(), pool, target.ref());
                world.store().decide(draft -> {
                    putSnapshot(draft, each, target);
                    return true;
                });
                world.pools().settleSnapshot(pool, target.ref(), each.name());
            }
        }
    }

    private void tell(Instance instance, String action) {
        world.events()
                .lifecycle(
                        instance.project(),
                        action,
                        Urls.of("instances", instance.name().value(), instance.project()));
    }
}
