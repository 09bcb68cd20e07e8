package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.Project;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that can be asked of snapshots. Refuses what is plainly wrong at once; the rest becomes an operation.
public final class Snapshots {
    private static final String NO_STATE = "checkpoints of running containers are not offered";

    private final World world;
    private final CreateSnapshotFlow create;
    private final DeleteSnapshotFlow delete;
    private final RestoreFlow restore;
    private final StopInstanceFlow stop;
    private final StartInstanceFlow start;

    Snapshots(World world, StopInstanceFlow stop, StartInstanceFlow start) {
        this.world = world;
        this.create = new CreateSnapshotFlow(world);
        this.delete = new DeleteSnapshotFlow(world);
        this.restore = new RestoreFlow(world);
        this.stop = stop;
        this.start = start;
    }

    /// A snapshot as lists show it: with the profiles that it had merged in.
    public record View(InstanceSnapshot snapshot, ExpandedInstance expanded) {}

    static InstanceSnapshot require(Facts facts, InstanceSnapshot.Ref ref) {
        return facts.snapshot(ref)
                .orElseThrow(() -> Problem.notFound("Failed to fetch snapshot \"" + ref.name() + "\" of instance \""
                                + ref.instance().name() + "\" in project \""
                                + ref.instance().project()
                                + "\": InstanceSnapshot not found")
                        .exception());
    }

    // ---- looking

    /// Those of an instance, oldest first.
    public List<View> list(Instance.Ref instance) {
        var facts = world.store().facts();
        Instances.require(facts, instance);
        var views = new ArrayList<View>();
        for (var each : oldestFirst(facts, instance)) {
            views.add(view(facts, each));
        }
        return views;
    }

    /// Those of an instance that was read, oldest first; none if it has gone since.
    public List<View> of(Instance instance) {
        var facts = world.store().facts();
        var found = oldestFirst(facts, instance.ref());
        if (found.isEmpty()) {
            return List.of();
        }
        return found.stream().map(each -> view(facts, each)).toList();
    }

    static List<InstanceSnapshot> oldestFirst(Facts facts, Instance.Ref instance) {
        var found = new ArrayList<>(facts.snapshots(instance));
        found.sort(Comparator.comparing(InstanceSnapshot::createdAt));
        return found;
    }

    /// One.
    public View view(InstanceSnapshot.Ref ref) {
        var facts = world.store().facts();
        Instances.require(facts, ref.instance());
        return view(facts, require(facts, ref));
    }

    private static View view(Facts facts, InstanceSnapshot snapshot) {
        var instance = snapshot.instance();
        // A profile that it had may be gone.
        var profiles = instance.profiles().stream()
                .filter(name -> exists(facts, instance, name))
                .toList();
        return new View(snapshot, ExpandedInstance.of(instance, Profiles.of(facts, instance.withProfiles(profiles))));
    }

    private static boolean exists(Facts facts, Instance instance, ProfileName name) {
        try {
            Profiles.of(facts, instance.project(), List.of(name));
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    // ---- changing

    /// Takes one.
    ///
    /// @param expiresAt as for [CreateSnapshotFlow#run]
    public Operation create(
            Instance.Ref instance, Optional<SnapshotName> name, boolean stateful, Optional<Instant> expiresAt) {
        var now = Instances.require(world.store().facts(), instance);
        requireAllowed(world.store().facts(), instance);
        if (stateful) {
            throw new Problem.BadRequest(
                            world.runs().containsKey(now.id())
                                    ? "Unable to create a stateful snapshot"
                                    : "Unable to create a stateful snapshot. The instance isn't running",
                            NO_STATE,
                            "leave out --stateful")
                    .exception();
        }
        name.ifPresent(n -> CreateSnapshotFlow.requireFree(world.store().facts(), instance, n));
        return task(instance, "Snapshotting instance", () -> create.run(instance, name, expiresAt));
    }

    private static void requireAllowed(Facts facts, Instance.Ref instance) {
        var config = facts.project(instance.project()).map(Project::config).orElse(Map.of());
        if (config.getOrDefault("restricted", "false").equals("true")
                && config.getOrDefault("restricted.snapshots", "block").equals("block")) {
            throw new Problem.Forbidden(
                            "Project \"" + instance.project() + "\" doesn't allow for snapshot creation",
                            "restricted.snapshots is \"block\"",
                            "set it to \"allow\"")
                    .exception();
        }
    }

    /// Says when it expires; empty for never.
    public Operation update(
            InstanceSnapshot.Ref ref, Precondition<InstanceSnapshot> precondition, Optional<Instant> expiresAt) {
        precondition.check(view(ref).snapshot());
        return task(ref.instance(), "Updating snapshot", () -> {
            world.store().decide(draft -> {
                var before = require(draft, ref);
                precondition.check(before);
                draft.put(Kind.INSTANCE_SNAPSHOT, before.withExpiry(expiresAt.orElse(Instant.EPOCH)));
                return true;
            });
            tell(world, ref, "instance-snapshot-updated");
        });
    }

    /// Renames.
    public Operation rename(InstanceSnapshot.Ref ref, SnapshotName to) {
        view(ref);
        requireUnused(world.store().facts(), ref, to);
        return task(ref.instance(), "Renaming snapshot", () -> rename(ref, to, world));
    }

    private static void requireUnused(Facts facts, InstanceSnapshot.Ref ref, SnapshotName to) {
        if (facts.snapshot(new InstanceSnapshot.Ref(ref.instance(), to)).isPresent()) {
            throw Problem.conflict("Name '" + ref.instance().name() + "/" + to + "' already in use")
                    .exception();
        }
    }

    private static void rename(InstanceSnapshot.Ref ref, SnapshotName to, World world) throws InterruptedException {
        var named = Instances.require(world.store().facts(), ref.instance());
        var target = new InstanceSnapshot.Ref(ref.instance(), to);
        try (var _ = world.locks().lock(named.id())) {
            var facts = world.store().facts();
            var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, Instances.require(facts, ref.instance())));
            require(facts, ref);
            requireUnused(facts, ref, to);
            world.pools().renameSnapshot(pool, ref.instance(), ref.name(), to);
            world.store().decide(draft -> {
                var before = require(draft, ref);
                draft.remove(Kind.INSTANCE_SNAPSHOT, ref);
                draft.put(Kind.INSTANCE_SNAPSHOT, before.withName(to));
                return true;
            });
            world.pools().settleSnapshot(pool, ref.instance(), to);
        }
        tell(
                world,
                target,
                "instance-snapshot-renamed",
                Map.of("old_name", ref.name().value()));
    }

    /// Deletes.
    public Operation delete(InstanceSnapshot.Ref ref) {
        view(ref);
        return task(ref.instance(), "Deleting snapshot", () -> delete.run(ref));
    }

    /// Makes the instance what it was. One that runs is stopped for it, and started again.
    public Operation restore(InstanceSnapshot.Ref ref, boolean stateful) {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref.instance());
        if (facts.snapshot(ref).isEmpty()) {
            throw Problem.notFound("Snapshot " + ref + " does not exist").exception();
        }
        if (stateful) {
            throw new Problem.BadRequest(
                            "Stateful snapshot restore requested but snapshot is stateless",
                            NO_STATE,
                            "leave out --stateful")
                    .exception();
        }
        return task(ref.instance(), "Restoring snapshot", () -> {
            boolean ran = stopIfRunning(instance);
            try (var _ = world.locks().lock(instance.id())) {
                if (world.runs().containsKey(instance.id())) {
                    throw Problem.conflict("Instance \"" + ref.instance().name()
                                    + "\" was started while its snapshot was being restored")
                            .exception();
                }
                try {
                    restore.run(ref);
                } finally {
                    if (ran) {
                        start.run(ref.instance());
                    }
                }
            }
        });
    }

    private boolean stopIfRunning(Instance instance) throws Exception {
        if (!world.runs().containsKey(instance.id())) {
            return false;
        }
        stop.run(instance, Run.Intent.RESTART, true, Optional.empty());
        return true;
    }

    /// Takes one because its time has come.
    void createByItself(Instance.Ref instance) {
        task(instance, "Snapshotting instance", () -> create.run(instance, Optional.empty(), Optional.empty()));
    }

    /// Deletes one because its time is over.
    void deleteByItself(InstanceSnapshot.Ref ref, Runnable afterwards) {
        task(ref.instance(), "Deleting snapshot", () -> {
            try {
                delete.run(ref);
            } finally {
                afterwards.run();
            }
        });
    }

    // ---- inside

    private interface Work {
        void run() throws Exception;
    }

    private Operation task(Instance.Ref instance, String description, Work work) {
        return world.operations()
                .task(
                        instance.project(),
                        description,
                        Instances.resources(instance.name().value(), instance.project()),
                        _ -> work.run());
    }

    static void tell(World world, InstanceSnapshot.Ref ref, String action) {
        tell(world, ref, action, Map.of());
    }

    private static void tell(World world, InstanceSnapshot.Ref ref, String action, Map<String, Object> context) {
        world.events().lifecycle(ref.instance().project(), action, Urls.snapshot(ref), context);
    }

    /// Finishes what a daemon that was killed left undone. Call it when running containers are found and before
    /// anything
    /// changes.
    void recover() throws InterruptedException {
        Quiesced.thawForgotten(world);
        var facts = world.store().facts();
        world.pools().settleSnapshots((instance, name) -> recorded(facts, instance, name));
        for (var instance : facts.instances()) {
            String snapshot = instance.config(Volatile.RESTORING, "");
            if (!snapshot.isEmpty() && !world.runs().containsKey(instance.id())) {
                try (var _ = world.locks().lock(instance.id())) {
                    restore.run(new InstanceSnapshot.Ref(instance.ref(), new SnapshotName(snapshot)));
                }
            }
        }
    }

    private static boolean recorded(Facts facts, String hostName, String name) {
        for (var each : facts.all(Kind.INSTANCE_SNAPSHOT)) {
            if (each.name().value().equals(name) && each.instance().hostName().equals(hostName)) {
                return true;
            }
        }
        return false;
    }
}
