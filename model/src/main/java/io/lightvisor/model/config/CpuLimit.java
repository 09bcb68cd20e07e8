package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// The value of `limits.cpu`.
public sealed interface CpuLimit {
    /// So many processors, chosen by the server.
    record Count(int cpus) implements CpuLimit {}

    /// These processors, by the host's numbers.
    record Pinned(SortedSet<Integer> cpus) implements CpuLimit {
        public Pinned {
            cpus = Collections.unmodifiableSortedSet(new TreeSet<>(cpus));
        }
    }

    /// The highest number of a processor that is understood; more than any kernel is built for.
    int MOST = 65535;

    /// Reads `4` as a count, `0-3`, `0,2` and `1-1` as sets.
    static CpuLimit parse(String text) {
        if (!isValid(text)) {
            throw Problem.badRequest("Invalid CPU limit syntax").exception();
        }
        if (text.indexOf(',') < 0 && text.indexOf('-') < 0) {
            return new Count(Integer.parseInt(text));
        }
        var cpus = new TreeSet<Integer>();
        for (String part : Checks.split(text)) {
            int dash = part.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
            for (int cpu = from; cpu <= to; cpu++) {
                cpus.add(cpu);
            }
        }
        return new Pinned(cpus);
    }

    /// Whether [#parse(String)] would read it.
    static boolean isValid(String text) {
        for (String part : Checks.split(text)) {
            int dash = part.indexOf('-');
            boolean good = dash < 0 ? isCpu(part) : isCpu(part.substring(0, dash)) && isCpu(part.substring(dash + 1));
            if (!good) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCpu(String text) {
        return !text.startsWith("+") && !text.startsWith("-") && Numbers.isBetween(text, 0, MOST);
    }
}
