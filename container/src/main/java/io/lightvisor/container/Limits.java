package io.lightvisor.container;

import io.lightvisor.linux.CpuList;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How much of the host a container may use. Values are LXD's, in the units of cgroup v1; where a limit is
/// absent the kernel's default holds (and is put back, when limits are applied to a running container).
///
/// @param cpus        processors it may run on, already decided: a pinned set as it is, a count by
///     [CpuBalancer]
/// @param cpuShares   weight against other containers, 2 to 262144; 1024 is a whole container's
/// @param cpuQuota    a hard share of time
/// @param memory      bytes at which allocation fails (or the guest's OOM killer runs)
/// @param memorySoft  bytes above which the host takes memory back first
/// @param swap        whether memory above the limit may not be swapped out (`limits.memory.swap` false)
/// @param swappiness  0 to 100; only cgroup v1 has it per container
/// @param processes   most processes and threads
/// @param diskWeight  weight of disk access, 10 to 1000
/// @param networkPriority of packets, 0 to 10; its NICs have it
/// @param hugePages   bytes in huge pages of a size, by the kernel's name of it: `2MB`
public record Limits(
        Optional<CpuList> cpus,
        int cpuShares,
        Optional<CpuQuota> cpuQuota,
        OptionalLong memory,
        OptionalLong memorySoft,
        boolean swap,
        OptionalInt swappiness,
        OptionalLong processes,
        OptionalInt diskWeight,
        OptionalInt networkPriority,
        Map<String, Long> hugePages) {
    public Limits {
        hugePages = Map.copyOf(hugePages);
    }

    /// Weight of a container without `limits.cpu.*`.
    public static final int DEFAULT_SHARES = 1024;

    /// No limits.
    public static final Limits NONE = new Limits(
            Optional.empty(),
            DEFAULT_SHARES,
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            true,
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Map.of());

    private static final int KERNEL_SWAPPINESS = 60;

    /// So much processor time in each period, both in microseconds.
    public record CpuQuota(long quota, long period) {
        /// Reads `25ms/100ms`.
        static CpuQuota parse(String text) {
            int slash = text.indexOf('/');
            long quota = micros(text, text.substring(0, slash));
            long period = micros(text, text.substring(slash + 1));
            if (quota <= 0 || period <= 0) {
                throw bad(text);
            }
            return new CpuQuota(quota, period);
        }

        private static long micros(String whole, String part) {
            if (!part.endsWith("ms")) {
                throw bad(whole);
            }
            try {
                return Long.parseLong(part.substring(0, part.length() - 2)) * 1000;
            } catch (NumberFormatException e) {
                throw bad(whole);
            }
        }
    }

    /// What limits are reckoned against.
    ///
    /// @param memory of the host, in bytes
    /// @param cpus   processors of the host that may be used
    public record HostFacts(long memory, CpuList cpus) {}

    /// What `limits.cpu` asks for.
    public sealed interface CpuRequest {
        /// All processors there are.
        record All() implements CpuRequest {}

        /// Any so many.
        record Count(int count) implements CpuRequest {}

        /// Just these.
        record Pinned(CpuList cpus) implements CpuRequest {}

        /// Reads `limits.cpu`: a count, or a set that has a comma or a dash (`1-1` is one pinned processor).
        static CpuRequest parse(@Nullable String text) {
            if (text == null || text.isEmpty()) {
                return new All();
            }
            if (text.indexOf(',') < 0 && text.indexOf('-') < 0) {
                int count = Limits.number("number of CPUs", text);
                if (count <= 0) {
                    throw Problem.badValue("number of CPUs", text, "a container has at least one CPU")
                            .exception();
                }
                return new Count(count);
            }
            return CpuList.parse(text)
                    .<CpuRequest>map(Pinned::new)
                    .orElseThrow(() -> Problem.badValue("CPU set", text, "a set is like 0-3,5")
                            .exception());
        }
    }

    /// Reads `limits.*` of an instance. Of `limits.cpu` only a pinned set is decided here, cut to what the
    /// host has; a count
    /// is for [CpuBalancer].
    public static Limits of(ExpandedInstance instance, HostFacts host) {
        Optional<CpuList> cpus = switch (CpuRequest.parse(instance.config("limits.cpu"))) {
            case CpuRequest.Pinned(CpuList set) -> Optional.of(pinned(set, host));
            case CpuRequest.All _, CpuRequest.Count _ -> Optional.empty();
        };
        int lowered = 10 - priority(instance, "limits.cpu.priority", 10);
        String allowance = instance.config("limits.cpu.allowance", "100%");
        boolean weighted = allowance.endsWith("%");
        int percent = weighted ? number("CPU allowance", allowance.substring(0, allowance.length() - 1)) : 100;
        if (!weighted && allowance.indexOf('/') < 0 || percent <= 0) {
            throw bad(allowance);
        }
        OptionalLong memory = memory(instance.config("limits.memory"), host);
        boolean hard = !instance.config("limits.memory.enforce", "hard").equals("soft");
        boolean swap = instance.flag("limits.memory.swap", true);
        String disk = instance.config("limits.disk.priority");
        String network = instance.config("limits.network.priority");
        String processes = instance.config("limits.processes");
        return new Limits(
                cpus,
                Math.max(2, (int) Math.min(262144, DEFAULT_SHARES * (long) percent / 100 - lowered)),
                weighted ? Optional.empty() : Optional.of(CpuQuota.parse(allowance)),
                hard ? memory : OptionalLong.empty(),
                hard && memory.isPresent() ? OptionalLong.of(memory.getAsLong() / 10 * 9) : memory,
                swap,
                swappiness(instance, swap),
                processes == null || processes.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(number("number of processes", processes)),
                disk == null || disk.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(Math.max(10, priority(instance, "limits.disk.priority", 5) * 100)),
                network == null || network.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(priority(instance, "limits.network.priority", 0)),
                hugePages(instance));
    }

    /// The sizes that the kernel may have, as it names them.
    static final List<String> HUGE_PAGE_SIZES = List.of("64KB", "1MB", "2MB", "1GB");

    private static Map<String, Long> hugePages(ExpandedInstance instance) {
        var found = new HashMap<String, Long>();
        for (String size : HUGE_PAGE_SIZES) {
            String text = instance.config("limits.hugepages." + size, "");
            if (!text.isEmpty()) {
                found.put(size, ByteSize.parse(text).bytes());
            }
        }
        return found;
    }

    /// These limits on other processors.
    public Limits on(CpuList cpus) {
        return new Limits(
                Optional.of(cpus),
                cpuShares,
                cpuQuota,
                memory,
                memorySoft,
                swap,
                swappiness,
                processes,
                diskWeight,
                networkPriority,
                hugePages);
    }

    /// The weight in units of cgroup v2 (1 to 10000, default 100), as systemd turns shares into it.
    public int cpuWeight() {
        return (int) Math.clamp(cpuShares * 100L / DEFAULT_SHARES, 1, 10000);
    }

    private static CpuList pinned(CpuList set, HostFacts host) {
        CpuList usable = set.and(host.cpus());
        if (usable.isEmpty()) {
            throw Problem.badValue("CPU set", set.toString(), "the host has CPUs " + host.cpus())
                    .exception();
        }
        return usable;
    }

    private static OptionalLong memory(@Nullable String text, HostFacts host) {
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.endsWith("%")) {
            return OptionalLong.of(ByteSize.parse(text).bytes());
        }
        int percent = number("memory limit", text.substring(0, text.length() - 1));
        return OptionalLong.of(host.memory() / 100 * percent);
    }

    /// Priority 10 keeps a container in memory longest, so it makes the kernel least eager to swap.
    private static OptionalInt swappiness(ExpandedInstance instance, boolean swap) {
        if (!swap) {
            return OptionalInt.of(0);
        }
        return instance.config("limits.memory.swap.priority") == null
                ? OptionalInt.empty()
                : OptionalInt.of(KERNEL_SWAPPINESS + 10 - priority(instance, "limits.memory.swap.priority", 10));
    }

    private static int priority(ExpandedInstance instance, String key, int otherwise) {
        String text = instance.config(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        int value = number(key, text);
        if (value < 0 || value > 10) {
            throw Problem.badValue(key, text, "a priority is 0 to 10").exception();
        }
        return value;
    }

    private static int number(String subject, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Problem.badValue(subject, text, "it is a number").exception();
        }
    }

    private static io.lightvisor.model.ProblemException bad(String allowance) {
        return Problem.badValue("CPU allowance", allowance, "an allowance is like 50% or 25ms/100ms")
                .exception();
    }
}
