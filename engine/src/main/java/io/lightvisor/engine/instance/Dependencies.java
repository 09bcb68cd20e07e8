package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.Dependency;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.store.Facts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `boot.depends_on`: brings up first what an instance needs.
final class Dependencies {
    /// As long as one that must be healthy may take.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final World world;
    private final StartInstanceFlow start;
    private final HealthChecks health;

    Dependencies(World world, StartInstanceFlow start, HealthChecks health) {
        this.world = world;
        this.start = start;
        this.health = health;
    }

    /// Refuses a circle and names it: `c1 -> db -> c1`. What does not exist yet may be named. Pure.
    static void check(Facts facts, ExpandedInstance expanded) {
        var way = new ArrayList<String>();
        way.add(expanded.instance().name().value());
        walk(facts, expanded, expanded, way);
    }

    private static void walk(Facts facts, ExpandedInstance first, ExpandedInstance at, List<String> way) {
        for (var dependency : Dependency.of(at)) {
            way.add(dependency.name().value());
            if (dependency.name().equals(first.instance().name())) {
                throw Problem.badRequest("Instances depend on each other in a circle: " + String.join(" -> ", way))
                        .exception();
            }
            // A circle that does not lead back here was refused when it was made, or is found below by its length.
            if (way.size() > 64) {
                throw Problem.badRequest(
                                "boot.depends_on leads too far: " + String.join(" -> ", way.subList(0, 8)) + " ...")
                        .exception();
            }
            facts.instance(new Instance.Ref(at.instance().project(), dependency.name()))
                    .ifPresent(i -> walk(facts, first, InstancePlanner.expanded(facts, i), way));
            way.removeLast();
        }
    }

    /// Starts what it needs, in order, and waits for those that must be healthy. Takes the locks of
    /// those, so the caller holds none.
    void bringUp(Instance.Ref ref) throws Exception {
        var facts = world.store().facts();
        var expanded = InstancePlanner.expanded(facts, Instances.require(facts, ref));
        var dependencies = Dependency.of(expanded);
        if (dependencies.isEmpty()) {
            return;
        }
        check(facts, expanded);
        for (var dependency : dependencies) {
            bringUp(ref, dependency);
        }
    }

    private void bringUp(Instance.Ref dependent, Dependency dependency) throws Exception {
        var ref = new Instance.Ref(dependent.project(), dependency.name());
        var instance = world.store()
                .facts()
                .instance(ref)
                .orElseThrow(() -> new Problem.BadRequest(
                                "Instance \"" + dependent.name() + "\" depends on \"" + dependency.name()
                                        + "\", which does not exist",
                                "boot.depends_on names it",
                                "create it, or change boot.depends_on")
                        .exception());
        if (!world.runs().containsKey(instance.id())) {
            bringUp(ref);
            try (var _ = world.locks().lock(instance.id())) {
                if (!world.runs().containsKey(instance.id())) {
                    start.run(ref);
                    world.events()
                            .lifecycle(
                                    ref.project(),
                                    "instance-started",
                                    Urls.of("instances", ref.name().value(), ref.project()));
                }
            }
        }
        if (dependency.healthy() && !health.awaitHealthy(instance.id(), PATIENCE)) {
            String why = health.find(instance.id())
                    .map(h -> h.log().isEmpty() ? h.status().wire() : h.status().wire() + ": " + h.log())
                    .orElse(world.runs().containsKey(instance.id()) ? "it has no healthcheck.*" : "it has ended");
            throw Problem.failed(
                            "Instance \"" + dependent.name() + "\" not started: \"" + dependency.name()
                                    + "\" is not healthy",
                            why)
                    .exception();
        }
    }
}
