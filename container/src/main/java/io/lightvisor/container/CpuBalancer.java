package io.lightvisor.container;

import io.lightvisor.linux.CpuList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Spreads containers over processors: pinned ones first, then those that asked for a number of CPUs, each on the
/// least used ones. Who asked for nothing runs anywhere. Pure; call it again whenever a container starts, stops
/// or changes its
/// `limits.cpu`, or a processor comes or goes.
public final class CpuBalancer {
    private CpuBalancer() {}

    /// Decides for all running containers at once.
    ///
    /// @param requests by instance id; the order of ids settles equal cases, so the answer is stable
    public static Map<Long, CpuList> balance(CpuList host, Map<Long, Limits.CpuRequest> requests) {
        var use = new LinkedHashMap<Integer, Integer>();
        host.toBitSet().stream().forEach(cpu -> use.put(cpu, 0));
        var decided = new LinkedHashMap<Long, CpuList>();
        List<Long> ids = requests.keySet().stream().sorted().toList();
        for (long id : ids) {
            switch (requests.get(id)) {
                case Limits.CpuRequest.Pinned(CpuList cpus) -> {
                    CpuList usable = cpus.and(host);
                    usable.toBitSet().stream().forEach(cpu -> use.merge(cpu, 1, Integer::sum));
                    decided.put(id, usable.isEmpty() ? host : usable);
                }
                case Limits.CpuRequest.All _ -> decided.put(id, host);
                case Limits.CpuRequest.Count _ -> {}
                case null -> {}
            }
        }
        for (long id : ids) {
            if (requests.get(id) instanceof Limits.CpuRequest.Count(int count)) {
                decided.put(id, leastUsed(use, count));
            }
        }
        return decided;
    }

    private static CpuList leastUsed(Map<Integer, Integer> use, int count) {
        var byUse = new ArrayList<>(use.keySet());
        byUse.sort(
                Comparator.comparing((Integer cpu) -> use.getOrDefault(cpu, 0)).thenComparing(cpu -> cpu));
        var chosen = new BitSet();
        for (int cpu : byUse.subList(0, Math.min(count, byUse.size()))) {
            chosen.set(cpu);
            use.merge(cpu, 1, Integer::sum);
        }
        return new CpuList(chosen);
    }
}
