package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Stops everything because the host goes down: higher `boot.stop.priority` first, equal ones together, each
/// killed
/// when its
/// `boot.host_shutdown_timeout` has passed. The records go on saying RUNNING, so that the next start of the
/// host
/// brings them back.
final class HostShutdown {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final int TIMEOUT_SECONDS = 30;

    private final World world;
    private final StopInstanceFlow stop;

    HostShutdown(World world, StopInstanceFlow stop) {
        this.world = world;
        this.stop = stop;
    }

    /// Returns when nothing runs any more.
    ///
    /// @param force kill at once
    void run(boolean force) throws InterruptedException {
        var groups = new TreeMap<Integer, List<ExpandedInstance>>(Comparator.reverseOrder());
        var facts = world.store().facts();
        for (var run : world.runs().values()) {
            facts.instance(run.ref()).ifPresent(i -> {
                var expanded = InstancePlanner.expanded(facts, i);
                groups.computeIfAbsent(number(expanded, "boot.stop.priority", 0), _ -> new ArrayList<>())
                        .add(expanded);
            });
        }
        for (var group : groups.values()) {
            var stopping = new ArrayList<Thread>();
            for (var expanded : group) {
                stopping.add(Thread.ofVirtual()
                        .name("shutdown " + expanded.instance().hostName())
                        .start(() -> stopOne(expanded, force)));
            }
            for (var thread : stopping) {
                thread.join();
            }
        }
    }

    private void stopOne(ExpandedInstance expanded, boolean force) {
        Instance instance = expanded.instance();
        var patience = Duration.ofSeconds(number(expanded, "boot.host_shutdown_timeout", TIMEOUT_SECONDS));
        try {
            if (!force) {
                try {
                    stop.run(instance, Run.Intent.HOST_SHUTDOWN, false, Optional.of(patience));
                    return;
                } catch (io.lightvisor.model.ProblemException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "instance " + instance.hostName() + " is killed: " + e.getMessage());
                }
            }
            if (world.runs().containsKey(instance.id())) {
                stop.run(instance, Run.Intent.HOST_SHUTDOWN, true, Optional.empty());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "instance " + instance.hostName() + " not stopped: " + e.getMessage());
        }
    }

    static int number(ExpandedInstance expanded, String key, int otherwise) {
        String text = expanded.config(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
