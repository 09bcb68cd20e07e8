package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.CpuList;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Sets what a group may use. The numbers are those of version 1 where the versions differ; they are
/// translated.
///
/// Every setter answers whether the host has what it takes; false means that nothing was limited, and the
/// caller decides whether that is a failure. A value that the kernel refuses is a [SyscallException].
public final class CgroupLimits {
    private static final String NO_LIMIT_V1 = "-1";
    private static final String NO_LIMIT_V2 = "max";

    private final Cgroup cgroup;

    CgroupLimits(Cgroup cgroup) {
        this.cgroup = cgroup;
    }

    // ---- CPU

    /// On which CPUs. Groups below, which a guest has made, follow.
    public boolean setCpus(CpuList cpus) {
        return setCpuset("cpuset.cpus", cpus);
    }

    /// From which memory nodes.
    public boolean setMemoryNodes(CpuList nodes) {
        return setCpuset("cpuset.mems", nodes);
    }

    /// The CPUs in effect; empty if the host has no such controller.
    public Optional<CpuList> cpus() {
        var file = unified("cpuset") ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
        return cgroup.read("cpuset", file)
                .or(() -> cgroup.read("cpuset", "cpuset.cpus"))
                .flatMap(CpuList::parse);
    }

    /// How much of the CPUs when others want them too.
    ///
    /// @param shares 2 to 262144; 1024 is the default
    public boolean setCpuShares(long shares) {
        if (unified("cpu")) {
            // As systemd and the OCI runtimes translate, from 2..262144 to 1..10000.
            long weight = 1 + ((Math.clamp(shares, 2, 262_144) - 2) * 9999) / 262_142;
            return cgroup.write("cpu", "cpu.weight", Long.toString(weight));
        }
        return cgroup.write("cpu", "cpu.shares", Long.toString(shares));
    }

    /// How much CPU time at most; empty for no limit.
    public boolean setCpuQuota(Optional<CpuQuota> quota) {
        if (unified("cpu")) {
            return cgroup.write(
                    "cpu",
                    "cpu.max",
                    quota.map(q -> q.quotaMicros() + " " + q.periodMicros()).orElse(NO_LIMIT_V2));
        }
        if (quota.isEmpty()) {
            return cgroup.write("cpu", "cpu.cfs_quota_us", NO_LIMIT_V1);
        }
        return cgroup.write(
                        "cpu", "cpu.cfs_period_us", Long.toString(quota.get().periodMicros()))
                && cgroup.write(
                        "cpu", "cpu.cfs_quota_us", Long.toString(quota.get().quotaMicros()));
    }

    // ---- memory

    /// All memory limits at once.
    ///
    /// @throws SyscallException with `EBUSY` if more is in use than the new hard limit, and cannot be
    ///     reclaimed
    ///        (version 1; version 2 takes it and reclaims later)
    public boolean setMemory(MemoryLimit limit) {
        if (unified("memory")) {
            var wasThere = cgroup.write("memory", "memory.max", text(limit.hard(), NO_LIMIT_V2));
            cgroup.write("memory", "memory.low", text(limit.low().isPresent() ? limit.low() : limit.soft(), "0"));
            cgroup.write("memory", "memory.swap.max", text(limit.swap(), NO_LIMIT_V2));
            return wasThere;
        }
        // Memory and swap together may never be less than memory alone, whichever way either moves.
        var together = cgroup.read("memory", "memory.memsw.limit_in_bytes");
        cgroup.write("memory", "memory.memsw.limit_in_bytes", NO_LIMIT_V1);
        try {
            if (!cgroup.write("memory", "memory.limit_in_bytes", text(limit.hard(), NO_LIMIT_V1))) {
                return false;
            }
        } catch (SyscallException e) {
            // Refused: all stays as it was.
            together.ifPresent(before -> cgroup.write("memory", "memory.memsw.limit_in_bytes", before.strip()));
            throw e;
        }
        cgroup.write("memory", "memory.soft_limit_in_bytes", text(limit.soft(), NO_LIMIT_V1));
        if (limit.hard().isPresent() && limit.swap().isPresent()) {
            long both = limit.hard().getAsLong() + limit.swap().getAsLong();
            cgroup.write("memory", "memory.memsw.limit_in_bytes", Long.toString(both));
        }
        return true;
    }

    /// Whether swap is counted, so that it can be limited.
    public boolean hasSwap() {
        var file = unified("memory") ? "memory.swap.max" : "memory.memsw.limit_in_bytes";
        return cgroup.read("memory", file).isPresent();
    }

    /// How readily memory is swapped out, 0 to 100; version 1 only.
    public boolean setSwappiness(int swappiness) {
        return cgroup.write("memory", "memory.swappiness", Integer.toString(swappiness));
    }

    /// Huge pages, in bytes; empty for no limit.
    ///
    /// @param size as the kernel names it: `2MB`, `1GB`, `64KB`, `1MB`
    public boolean setHugePages(String size, OptionalLong bytes) {
        var file = unified("hugetlb") ? "hugetlb." + size + ".max" : "hugetlb." + size + ".limit_in_bytes";
        return cgroup.write("hugetlb", file, text(bytes, unified("hugetlb") ? NO_LIMIT_V2 : NO_LIMIT_V1));
    }

    // ---- processes, disks, network

    /// How many processes and threads; empty for no limit.
    public boolean setProcesses(OptionalLong most) {
        return cgroup.write("pids", "pids.max", text(most, NO_LIMIT_V2));
    }

    /// The share of disk time when others want it too.
    ///
    /// @param weight 10 to 1000; 100 is the default of version 2 and of BFQ
    public boolean setBlockWeight(int weight) {
        if (cgroup.tree().has("io")) {
            // Two policies, either may be there: iocost takes 1 to 10000, BFQ 1 to 1000.
            boolean cost = cgroup.write("io", "io.weight", Integer.toString(weight));
            return cgroup.write("io", "io.bfq.weight", Integer.toString(weight)) || cost;
        }
        return cgroup.write("blkio", "blkio.weight", Integer.toString(weight))
                || cgroup.write("blkio", "blkio.bfq.weight", Integer.toString(weight));
    }

    /// How fast one disk may be used.
    public boolean setBlockThrottle(BlockThrottle throttle) {
        var device = throttle.major() + ":" + throttle.minor();
        if (cgroup.tree().has("io")) {
            return cgroup.write(
                    "io",
                    "io.max",
                    device + " rbps=" + text(throttle.readBytes(), NO_LIMIT_V2) + " wbps="
                            + text(throttle.writeBytes(), NO_LIMIT_V2) + " riops="
                            + text(throttle.readOperations(), NO_LIMIT_V2) + " wiops="
                            + text(throttle.writeOperations(), NO_LIMIT_V2));
        }
        var head = "blkio.throttle.";
        return cgroup.write("blkio", head + "read_bps_device", device + " " + text(throttle.readBytes(), "0"))
                && cgroup.write("blkio", head + "write_bps_device", device + " " + text(throttle.writeBytes(), "0"))
                && cgroup.write("blkio", head + "read_iops_device", device + " " + text(throttle.readOperations(), "0"))
                && cgroup.write(
                        "blkio", head + "write_iops_device", device + " " + text(throttle.writeOperations(), "0"));
    }

    /// The priority of packets sent through an interface of the host; version 1 only.
    public boolean setNetworkPriority(String networkInterface, int priority) {
        return cgroup.write("net_prio", "net_prio.ifpriomap", networkInterface + " " + priority);
    }

    // ---- devices

    /// Which devices may be opened and made, from now on: nothing but what the rules allow, the last rule
    /// that fits decides. Replaces what was set before. By the devices controller (1) or an eBPF program
    /// (2), which stays when we end.
    public boolean setDevices(List<DeviceRule> rules) {
        if (cgroup.tree().has("devices")) {
            cgroup.write("devices", "devices.deny", "a");
            // Each rule is a write of its own, but most go into one file: it is opened once for a run of them.
            for (int i = 0; i < rules.size(); ) {
                boolean allow = rules.get(i).allow();
                var run = new ArrayList<String>();
                while (i < rules.size() && rules.get(i).allow() == allow) {
                    run.add(rules.get(i++).toString());
                }
                cgroup.writeAll("devices", allow ? "devices.allow" : "devices.deny", run);
            }
            return true;
        }
        var unified = cgroup.tree().unified();
        if (unified.isEmpty()) {
            return false;
        }
        DeviceProgram.attach(cgroup.directory(unified.get()), rules);
        return true;
    }

    /// Removes all rules: every device is allowed.
    public boolean allowAllDevices() {
        return setDevices(List.of(DeviceRule.ALLOW_ALL));
    }

    private boolean unified(String controller) {
        return cgroup.tree().find(controller).map(CgroupHierarchy::unified).orElse(false);
    }

    private static String text(OptionalLong value, String none) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : none;
    }

    private boolean setCpuset(String file, CpuList wanted) {
        var hierarchy = cgroup.tree().find("cpuset");
        if (hierarchy.isEmpty()) {
            return false;
        }
        var directory = cgroup.directory(hierarchy.get());
        if (hierarchy.get().unified()) {
            return CgroupFiles.writeIfThere(directory + "/" + file, wanted.toString());
        }
        // A group of version 1 may never have what its parent lacks: first all get the new ones besides their own, from
        // the
        // top down, then all lose what is no longer wanted, from the bottom up.
        var all = new ArrayList<Path>();
        var choices = new HashMap<Path, CpuList>();
        descend(directory, all);
        var had = CgroupFiles.read(directory + "/" + file).flatMap(CpuList::parse);
        for (var at : all) {
            var own = CgroupFiles.read(at + "/" + file).flatMap(CpuList::parse);
            var more = own.map(CpuList::toBitSet).orElseGet(java.util.BitSet::new);
            more.or(wanted.toBitSet());
            put(at, file, new CpuList(more), at.equals(directory));
            // A guest's own choice inside the old set is kept as far as it can be.
            if (!at.equals(directory) && own.isPresent() && !own.equals(had)) {
                var kept = own.get().and(wanted);
                if (!kept.isEmpty()) {
                    choices.put(at, kept);
                }
            }
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            put(all.get(i), file, choices.getOrDefault(all.get(i), wanted), i == 0);
        }
        return true;
    }

    private static void put(Path at, String file, CpuList value, boolean must) {
        try {
            CgroupFiles.write(at + "/" + file, value.toString());
        } catch (SyscallException e) {
            // Groups of a guest come and go.
            if (must || !e.is(Errno.ENOENT, Errno.ENODEV)) {
                throw e;
            }
        }
    }

    private static void descend(Path directory, List<Path> into) {
        into.add(directory);
        for (var child : Cgroup.children(directory)) {
            descend(directory.resolve(child), into);
        }
    }
}
