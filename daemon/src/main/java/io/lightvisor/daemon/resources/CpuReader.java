package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Processors: Documentation/ABI/stable/sysfs-devices-system-cpu.
final class CpuReader {
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");
    private static final Path NODES = Path.of("/sys/devices/system/node");

    private CpuReader() {}

    static Resources.Cpu read(String architecture) {
        var info = cpuInfo();
        var isolated = set(Sys.text(CPUS.resolve("isolated")));
        var nodes = nodes();
        var threads = new TreeMap<Long, Map<Long, List<Resources.CpuThread>>>();
        var dies = new HashMap<String, Long>();
        var first = new HashMap<Long, Path>();
        long total = 0;
        for (Path cpu : Sys.list(CPUS)) {
            String name = Sys.name(cpu);
            long id = name.startsWith("cpu") ? Sys.number(name.substring(3), -1) : -1;
            if (id < 0 || !Files.isDirectory(cpu.resolve("topology"))) {
                continue;
            }
            long socket = Math.max(0, Sys.number(cpu.resolve("topology/physical_package_id"), 0));
            long core = Math.max(0, Sys.number(cpu.resolve("topology/core_id"), id));
            dies.put(socket + "/" + core, Math.max(0, Sys.number(cpu.resolve("topology/die_id"), 0)));
            first.putIfAbsent(socket, cpu);
            var siblings =
                    threads.computeIfAbsent(socket, _ -> new TreeMap<>()).computeIfAbsent(core, _ -> new ArrayList<>());
            siblings.add(new Resources.CpuThread(
                    id,
                    nodes.getOrDefault(id, 0L),
                    siblings.size(),
                    Sys.number(cpu.resolve("online"), 1) == 1,
                    isolated.contains(id)));
            total++;
        }
        var sockets = new ArrayList<Resources.CpuSocket>();
        threads.forEach((socket, byCore) -> {
            var cores = new ArrayList<Resources.CpuCore>();
            byCore.forEach((core, list) -> cores.add(new Resources.CpuCore(
                    core,
                    dies.getOrDefault(socket + "/" + core, 0L),
                    list,
                    mhz(CPUS.resolve("cpu" + list.getFirst().id() + "/cpufreq/scaling_cur_freq")))));
            Path cpu = first.getOrDefault(socket, CPUS);
            sockets.add(new Resources.CpuSocket(
                    info.getOrDefault("model name", info.getOrDefault("cpu", "")),
                    info.getOrDefault("vendor_id", ""),
                    socket,
                    caches(cpu.resolve("cache")),
                    cores,
                    mhz(cpu.resolve("cpufreq/scaling_cur_freq")),
                    mhz(cpu.resolve("cpufreq/cpuinfo_min_freq")),
                    mhz(cpu.resolve("cpufreq/cpuinfo_max_freq"))));
        });
        return new Resources.Cpu(architecture, sockets, total);
    }

    private static Map<String, String> cpuInfo() {
        var values = new HashMap<String, String>();
        for (String line : Sys.text(Path.of("/proc/cpuinfo")).split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    /// Whether the processor says that it is a guest's.
    static boolean isGuest() {
        return (" " + cpuInfo().getOrDefault("flags", "") + " ").contains(" hypervisor ");
    }

    private static Map<Long, Long> nodes() {
        var nodes = new HashMap<Long, Long>();
        for (Path node : Sys.list(NODES)) {
            String name = Sys.name(node);
            if (name.startsWith("node")) {
                for (long cpu : set(Sys.text(node.resolve("cpulist")))) {
                    nodes.put(cpu, Sys.number(name.substring(4), 0));
                }
            }
        }
        return nodes;
    }

    /// A list of the kernel's: `0-3,8`.
    static HashSet<Long> set(String list) {
        var found = new HashSet<Long>();
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            long from = Sys.number(dash < 0 ? part : part.substring(0, dash), -1);
            long to = dash < 0 ? from : Sys.number(part.substring(dash + 1), -1);
            for (long n = from; n >= 0 && n <= to && n < 65536; n++) {
                found.add(n);
            }
        }
        return found;
    }

    private static List<Resources.CpuCache> caches(Path folder) {
        var caches = new ArrayList<Resources.CpuCache>();
        for (Path cache : Sys.list(folder)) {
            long level = Sys.number(cache.resolve("level"), -1);
            if (level >= 0) {
                String size = Sys.text(cache.resolve("size"));
                long kilo = Sys.number(size.endsWith("K") ? size.substring(0, size.length() - 1) : size, 0);
                caches.add(new Resources.CpuCache(level, Sys.text(cache.resolve("type")), kilo * 1024));
            }
        }
        return caches;
    }

    private static @Nullable Long mhz(Path file) {
        long khz = Sys.number(file, -1);
        return khz < 0 ? null : khz / 1000;
    }
}
