package io.lightvisor.linux.cgroup;

import java.util.OptionalLong;

/// What a group uses now, and has used. Empty where the host does not count.
///
/// @param memory bytes, page cache included
/// @param memoryPeak bytes since the group was made
/// @param memoryLimit bytes; empty also if there is none
/// @param cpuNanos CPU time of all CPUs since the group was made
/// @param processes processes and threads
/// @param oomKills how often the OOM killer has killed in it
public record CgroupUsage(
        OptionalLong memory,
        OptionalLong memoryPeak,
        OptionalLong memoryLimit,
        OptionalLong swap,
        OptionalLong swapPeak,
        OptionalLong cpuNanos,
        OptionalLong processes,
        OptionalLong oomKills) {
    private static final long NANOS_PER_MICRO = 1000;
    /// Version 1 says "no limit" by the largest multiple of the page size.
    private static final long NO_LIMIT = Long.MAX_VALUE - 65536;

    static CgroupUsage of(Cgroup cgroup) {
        var tree = cgroup.tree();
        var pids = tree.find("pids")
                .map(h -> CgroupFiles.readLong(cgroup.file(h, "pids.current")))
                .orElse(OptionalLong.empty());
        var cpu = cpu(cgroup);
        var memory = tree.find("memory");
        if (memory.isEmpty()) {
            var none = OptionalLong.empty();
            return new CgroupUsage(none, none, none, none, none, cpu, pids, none);
        }
        var at = memory.get();
        if (at.unified()) {
            return new CgroupUsage(
                    CgroupFiles.readLong(cgroup.file(at, "memory.current")),
                    CgroupFiles.readLong(cgroup.file(at, "memory.peak")),
                    limit(CgroupFiles.readLong(cgroup.file(at, "memory.max"))),
                    CgroupFiles.readLong(cgroup.file(at, "memory.swap.current")),
                    CgroupFiles.readLong(cgroup.file(at, "memory.swap.peak")),
                    cpu,
                    pids,
                    CgroupFiles.readLong(cgroup.file(at, "memory.events"), "oom_kill"));
        }
        var used = CgroupFiles.readLong(cgroup.file(at, "memory.usage_in_bytes"));
        var peak = CgroupFiles.readLong(cgroup.file(at, "memory.max_usage_in_bytes"));
        return new CgroupUsage(
                used,
                peak,
                limit(CgroupFiles.readLong(cgroup.file(at, "memory.limit_in_bytes"))),
                beyond(CgroupFiles.readLong(cgroup.file(at, "memory.memsw.usage_in_bytes")), used),
                beyond(CgroupFiles.readLong(cgroup.file(at, "memory.memsw.max_usage_in_bytes")), peak),
                cpu,
                pids,
                CgroupFiles.readLong(cgroup.file(at, "memory.oom_control"), "oom_kill"));
    }

    private static OptionalLong cpu(Cgroup cgroup) {
        var accounting = cgroup.tree().find("cpuacct");
        if (accounting.isPresent()) {
            return CgroupFiles.readLong(cgroup.file(accounting.get(), "cpuacct.usage"));
        }
        var unified = cgroup.tree().unified();
        if (unified.isEmpty()) {
            return OptionalLong.empty();
        }
        var micros = CgroupFiles.readLong(cgroup.file(unified.get(), "cpu.stat"), "usage_usec");
        return micros.isPresent() ? OptionalLong.of(micros.getAsLong() * NANOS_PER_MICRO) : micros;
    }

    private static OptionalLong limit(OptionalLong value) {
        return value.isPresent() && value.getAsLong() >= NO_LIMIT ? OptionalLong.empty() : value;
    }

    /// Version 1 counts memory and swap together.
    private static OptionalLong beyond(OptionalLong both, OptionalLong memory) {
        return both.isPresent() && memory.isPresent()
                ? OptionalLong.of(Math.max(0, both.getAsLong() - memory.getAsLong()))
                : OptionalLong.empty();
    }
}
