package io.lightvisor.engine.instance;

import io.lightvisor.container.RunningContainer;
import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.network.NicPlan;
import io.lightvisor.storage.RootVolume;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Starts a container: root layout, id map, NICs, limits make a plan; the launcher does it; the record is
/// written
/// meanwhile. Called with the
/// instance's lock held.
final class StartInstanceFlow {
    private final World world;
    private final CpuPlacement cpus;
    private final GuestTemplates templates;
    private final HealthChecks health;

    StartInstanceFlow(World world, CpuPlacement cpus, GuestTemplates templates, HealthChecks health) {
        this.world = world;
        this.cpus = cpus;
        this.templates = templates;
        this.health = health;
    }

    /// Starts it. Throws a bad request if it runs.
    Run run(Instance.Ref ref) throws Exception {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref);
        if (world.runs().containsKey(instance.id())) {
            throw Problem.badRequest("The instance is already running").exception();
        }
        var expanded = InstancePlanner.expanded(facts, instance);
        world.planner().checkStart(facts, expanded);
        RootVolume root = world.pools().require(Pools.ofRoot(facts, expanded), ref);
        RootSize.apply(world.pools(), facts, expanded);
        var ids = idmap(facts, expanded);
        List<NicPlan> nics = world.nics().plan(facts, expanded);
        var devices = world.devices().plan(facts, expanded);
        var log = InstanceLog.fresh(world.logs(instance.hostName()));
        try (var steps = new Steps()) {
            KernelModules.load(expanded.config("linux.kernel_modules", ""));
            world.roots().evict(instance.id());
            templates.render(expanded, root);
            var recorded = background(() -> record(instance, ids, nics));
            steps.onFailure(() -> unrecord(ref, nics, recorded));
            var spec = StartSpecs.of(
                    expanded,
                    root,
                    world.pools().plainFolders(root, expanded.flag("security.nesting", false)),
                    ids.map(),
                    cpus.place(expanded),
                    world.logs(instance.hostName()),
                    devices,
                    Guests.isOpen(expanded) ? List.of(Guests.mount(world.lxdDir())) : List.of(),
                    (_, netns) -> {
                        if (Nics.mustBeRecordedFirst(nics)) {
                            await(recorded);
                        }
                        world.nics().attach(instance, nics, netns);
                    });
            steps.onFailure(() -> world.nics().release(ref, nics));
            RunningContainer container = world.containers().start(spec);
            steps.onFailure(container::kill);
            steps.onFailure(() -> world.devices().ended(instance.id()));
            world.devices().started(withNics(expanded, nics), devices, container);
            await(recorded);
            var run = new Run(ref, container);
            world.runs().put(instance.id(), run);
            steps.keep();
            health.follow(expanded, run);
            log.line("INFO", "started, init has pid " + container.initPid());
            return run;
        } catch (Exception e) {
            log.line("ERROR", "not started: " + e.getMessage());
            throw e;
        }
    }

    /// With what was chosen for the NICs, which is on its way to the record.
    private static ExpandedInstance withNics(ExpandedInstance expanded, List<NicPlan> nics) {
        var config = new TreeMap<>(expanded.config());
        nics.forEach(nic -> config.putAll(nic.volatileKeys()));
        return new ExpandedInstance(expanded.instance(), config, expanded.devices());
    }

    /// A range of ids that nobody else may have is taken by a decision of its own: others start at the same time.
    private IdmapPlanner.Planned idmap(Facts facts, ExpandedInstance expanded) {
        var ids = world.planner().idmap(facts, expanded);
        if (Long.toString(ids.base()).equals(expanded.config(Volatile.IDMAP_BASE, "0"))) {
            return ids;
        }
        return world.store().decide(draft -> {
            var instance = Instances.require(draft, expanded.instance().ref());
            var now = world.planner().idmap(draft, InstancePlanner.expanded(draft, instance));
            draft.put(Kind.INSTANCE, instance.withKeys(now.keys()));
            return now;
        });
    }

    private boolean record(Instance before, IdmapPlanner.Planned ids, List<NicPlan> nics) {
        var keys = new TreeMap<String, String>();
        keys.put(Volatile.POWER, "RUNNING");
        keys.put(Volatile.CURRENT_IDMAP, IdmapPlanner.json(ids.map()));
        keys.putAll(ids.keys());
        keys.put(Volatile.APPLY_TEMPLATE, "");
        keys.put(Volatile.READY, "");
        keys.put(Volatile.RESTART, "");
        for (var nic : nics) {
            keys.putAll(nic.volatileKeys());
        }
        return world.store().decide(draft -> {
            draft.instance(before.ref())
                    .ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys).withLastUsed(Instant.now())));
            return true;
        });
    }

    /// Takes back what was recorded of a start that failed; not before it is there, or it would come after
    /// this.
    private void unrecord(Instance.Ref ref, List<NicPlan> nics, FutureTask<?> recorded) throws InterruptedException {
        try {
            recorded.get();
        } catch (ExecutionException e) {
            return; // nothing was recorded
        }
        var keys = new TreeMap<String, String>();
        keys.put(Volatile.POWER, "STOPPED");
        for (var nic : nics) {
            String device = nic.device().value();
            keys.put(Volatile.device(device, "host_name"), "");
            for (String state : List.of("created", "hwaddr", "mtu")) {
                keys.put(Volatile.device(device, "last_state." + state), "");
            }
        }
        world.store().decide(draft -> {
            draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys)));
            return true;
        });
    }

    private static <T> FutureTask<T> background(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().name("record start").start(task);
        return task;
    }

    private static void await(FutureTask<?> task) throws Exception {
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
