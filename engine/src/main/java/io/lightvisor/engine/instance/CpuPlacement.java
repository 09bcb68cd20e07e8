package io.lightvisor.engine.instance;

import io.lightvisor.container.CpuBalancer;
import io.lightvisor.container.Limits;
import io.lightvisor.linux.CpuList;
import io.lightvisor.model.ExpandedInstance;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Spreads running containers that asked for a number of CPUs over the host's: whenever one starts, stops or
/// changes
/// its mind. Containers whose
/// set does not change are not touched, and nothing at all happens while nobody limits CPUs.
final class CpuPlacement {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, CpuList> placed = new HashMap<>(); // guarded by lock

    CpuPlacement(World world) {
        this.world = world;
    }

    /// The limits of a container about to start, or to change, on the CPUs that are its share.
    Limits place(ExpandedInstance starting) throws IOException {
        var host = HostCapacity.read();
        var limits = Limits.of(starting, host);
        var request = Limits.CpuRequest.parse(starting.config("limits.cpu"));
        if (!(request instanceof Limits.CpuRequest.Count)) {
            return limits;
        }
        lock.lock();
        try {
            var requests = requests();
            requests.put(starting.instance().id(), request);
            var decided = CpuBalancer.balance(host.cpus(), requests)
                    .get(starting.instance().id());
            if (decided == null) {
                return limits;
            }
            placed.put(starting.instance().id(), decided);
            return limits.on(decided);
        } finally {
            lock.unlock();
        }
    }

    /// Moves those whose share changed.
    void rebalance() {
        lock.lock();
        try {
            var requests = requests();
            placed.keySet().retainAll(requests.keySet());
            boolean limited = requests.values().stream().anyMatch(r -> !(r instanceof Limits.CpuRequest.All));
            if (!limited && placed.isEmpty()) {
                return;
            }
            var host = HostCapacity.read();
            for (var e : CpuBalancer.balance(host.cpus(), requests).entrySet()) {
                var run = world.runs().get(e.getKey());
                if (run == null || e.getValue().equals(placed.getOrDefault(e.getKey(), host.cpus()))) {
                    continue;
                }
                var facts = world.store().facts();
                var instance = facts.instance(run.ref());
                if (instance.isPresent()) {
                    var expanded = InstancePlanner.expanded(facts, instance.get());
                    run.container().apply(Limits.of(expanded, host).on(e.getValue()));
                    placed.put(e.getKey(), e.getValue());
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot spread containers over CPUs, going on: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private Map<Long, Limits.CpuRequest> requests() {
        var facts = world.store().facts();
        var requests = new HashMap<Long, Limits.CpuRequest>();
        world.runs()
                .forEach((id, run) -> facts.instance(run.ref())
                        .ifPresent(i -> requests.put(
                                id,
                                Limits.CpuRequest.parse(
                                        InstancePlanner.expanded(facts, i).config("limits.cpu")))));
        return requests;
    }
}
