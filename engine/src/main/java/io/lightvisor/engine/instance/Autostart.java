package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.server.Warnings;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Brings instances back when the daemon starts: those with `boot.autostart`, and those that ran when the
/// host went
/// down, highest
/// `boot.autostart.priority` first, waiting `boot.autostart.delay` seconds after each.
final class Autostart {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final StartInstanceFlow start;
    private final Warnings warnings;
    private final Dependencies dependencies;

    Autostart(World world, StartInstanceFlow start, Warnings warnings, Dependencies dependencies) {
        this.world = world;
        this.start = start;
        this.warnings = warnings;
        this.dependencies = dependencies;
    }

    /// Whether a start of the daemon would start something: what `lxd activateifneeded` asks.
    List<ExpandedInstance> due() {
        var facts = world.store().facts();
        var due = new ArrayList<ExpandedInstance>();
        for (var instance : facts.instances()) {
            var expanded = InstancePlanner.expanded(facts, instance);
            String wish = expanded.config("boot.autostart", "");
            boolean ran = instance.config(Volatile.POWER, "STOPPED").equals("RUNNING")
                    || instance.config().containsKey(Volatile.RESTART);
            if (!world.runs().containsKey(instance.id())
                    && (wish.isEmpty() ? ran : expanded.flag("boot.autostart", false))) {
                due.add(expanded);
            }
        }
        due.sort(Comparator.comparingInt((ExpandedInstance e) -> -HostShutdown.number(e, "boot.autostart.priority", 0))
                .thenComparing(e -> e.instance().hostName()));
        return due;
    }

    /// Starts them. One that fails becomes a warning and does not hold up the others.
    void run() throws InterruptedException {
        for (var expanded : due()) {
            var instance = expanded.instance();
            try {
                dependencies.bringUp(instance.ref());
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failed(instance, e);
                continue;
            }
            try (var _ = world.locks().lock(instance.id())) {
                if (!world.runs().containsKey(instance.id())) {
                    start.run(instance.ref());
                    world.events()
                            .lifecycle(
                                    instance.project(),
                                    "instance-started",
                                    Urls.of("instances", instance.name().value(), instance.project()));
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failed(instance, e);
            }
            Thread.sleep(1000L * HostShutdown.number(expanded, "boot.autostart.delay", 0));
        }
    }

    private void failed(Instance instance, Exception e) {
        LOG.log(System.Logger.Level.ERROR, "instance " + instance.hostName() + " not started: " + e.getMessage());
        warnings.raise(
                "Failed to autostart instance",
                "low",
                Problem.printable(String.valueOf(e.getMessage())),
                Urls.of("instances", instance.name().value(), instance.project()));
    }
}
