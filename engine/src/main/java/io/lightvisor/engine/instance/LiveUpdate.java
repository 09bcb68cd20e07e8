package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Puts a changed record into effect in the container that runs: limits and NICs at once; what needs a
/// restart waits
/// for it.
final class LiveUpdate {
    private final World world;
    private final CpuPlacement cpus;
    private final Guests guests;
    private final HealthChecks health;

    LiveUpdate(World world, CpuPlacement cpus, Guests guests, HealthChecks health) {
        this.world = world;
        this.cpus = cpus;
        this.guests = guests;
        this.health = health;
    }

    /// Does nothing for an instance that does not run. Called with the instance's lock held.
    void apply(ExpandedInstance before, ExpandedInstance after) throws Exception {
        var run = world.runs().get(after.instance().id());
        if (run == null) {
            return;
        }
        String modules = after.config("linux.kernel_modules", "");
        if (!modules.equals(before.config("linux.kernel_modules", ""))) {
            KernelModules.load(modules);
        }
        if (limitsDiffer(before.config(), after.config())) {
            run.container().apply(cpus.place(after));
            cpus.rebalance();
        }
        world.devices().change(after, run.container());
        boolean priority =
                !before.config("limits.network.priority", "0").equals(after.config("limits.network.priority", "0"));
        var names = new TreeSet<>(before.devices().byName().keySet());
        names.addAll(after.devices().byName().keySet());
        for (var name : names) {
            var old = before.devices().byName().get(name);
            var now = after.devices().byName().get(name);
            if (old == null || !old.equals(now) || priority) {
                if (world.nics().change(before, after, name)) {
                    continue;
                }
                if (old != null && old.equals(now)) {
                    continue; // a NIC whose traffic has no priority
                }
                if (old != null && "nic".equals(old.get("type"))) {
                    world.nics().detach(before, name, run);
                }
                if (now != null && "nic".equals(now.get("type"))) {
                    world.nics().hotplug(after, name, run);
                }
            }
        }
        guests.apply(before, after, run.container());
        health.follow(after, run);
    }

    private static boolean limitsDiffer(Map<String, String> before, Map<String, String> after) {
        return !limits(before).equals(limits(after));
    }

    private static Map<String, String> limits(Map<String, String> config) {
        var found = new TreeMap<String, String>();
        config.forEach((k, v) -> {
            if (k.startsWith("limits.")) {
                found.put(k, v);
            }
        });
        return found;
    }
}
