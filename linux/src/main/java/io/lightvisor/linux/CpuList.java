package io.lightvisor.linux;

import java.util.BitSet;
import java.util.Optional;

/// A set of CPU or memory-node numbers, written as the kernel writes it: `0-3,5`. Source: cpuset(7), "Formats".
public final class CpuList {
    private static final int HIGHEST = 8191;

    private final BitSet cpus;

    public CpuList(BitSet cpus) {
        this.cpus = (BitSet) cpus.clone();
    }

    /// Reads `0-3,5`; an empty text is the empty set. Empty if it is no list, or has a number above 8191.
    public static Optional<CpuList> parse(String text) {
        var found = new BitSet();
        var plain = text.strip();
        if (plain.isEmpty()) {
            return Optional.of(new CpuList(found));
        }
        for (var part : plain.split(",", -1)) {
            int dash = part.indexOf('-');
            int from = number(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : number(part.substring(dash + 1));
            if (from < 0 || to < from) {
                return Optional.empty();
            }
            found.set(from, to + 1);
        }
        return Optional.of(new CpuList(found));
    }

    public BitSet toBitSet() {
        return (BitSet) cpus.clone();
    }

    public int count() {
        return cpus.cardinality();
    }

    public boolean contains(int cpu) {
        return cpus.get(cpu);
    }

    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    /// What is in both.
    public CpuList and(CpuList other) {
        var both = toBitSet();
        both.and(other.cpus);
        return new CpuList(both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuList list && cpus.equals(list.cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    /// The kernel's form: `0-3,5`.
    @Override
    public String toString() {
        var text = new StringBuilder();
        int from = cpus.nextSetBit(0);
        while (from >= 0) {
            int end = cpus.nextClearBit(from);
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(from);
            if (end - 1 > from) {
                text.append('-').append(end - 1);
            }
            from = cpus.nextSetBit(end);
        }
        return text.toString();
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= HIGHEST ? value : -1;
    }
}
