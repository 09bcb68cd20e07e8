package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Memory. The total is what is built in (online memory blocks), not what the kernel left over of it.
final class MemoryReader {
    private static final Path BLOCKS = Path.of("/sys/devices/system/memory");
    private static final Path NODES = Path.of("/sys/devices/system/node");

    private MemoryReader() {}

    static Resources.Memory read() {
        Map<String, Long> info = info(Sys.text(Path.of("/proc/meminfo")), "");
        long kernelTotal = info.getOrDefault("MemTotal", 0L);
        long free =
                info.getOrDefault("MemFree", 0L) + info.getOrDefault("Buffers", 0L) + info.getOrDefault("Cached", 0L);
        long pages = info.getOrDefault("HugePages_Total", 0L) / 1024;
        long freePages = info.getOrDefault("HugePages_Free", 0L) / 1024;
        long pageSize = info.getOrDefault("Hugepagesize", 0L);
        long builtIn = builtIn(BLOCKS);
        return new Resources.Memory(
                nodes(),
                pages * pageSize,
                (pages - freePages) * pageSize,
                pageSize,
                Math.max(0, kernelTotal - free),
                builtIn > 0 ? builtIn : kernelTotal);
    }

    private static long builtIn(Path folder) {
        String size = Sys.text(BLOCKS.resolve("block_size_bytes"));
        long bytes;
        try {
            bytes = size.isEmpty() ? 0 : Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
        long blocks = 0;
        for (Path block : Sys.list(folder)) {
            String name = Sys.name(block);
            if (name.startsWith("memory") && Sys.number(block.resolve("online"), 0) == 1) {
                blocks++;
            }
        }
        return blocks * bytes;
    }

    private static List<Resources.MemoryNode> nodes() {
        var found = new ArrayList<Resources.MemoryNode>();
        for (Path node : Sys.list(NODES)) {
            String name = Sys.name(node);
            if (!name.startsWith("node") || !Files.isDirectory(node)) {
                continue;
            }
            var info = info(Sys.text(node.resolve("meminfo")), "Node " + name.substring(4) + " ");
            long pages = info.getOrDefault("HugePages_Total", 0L) / 1024;
            long freePages = info.getOrDefault("HugePages_Free", 0L) / 1024;
            long pageSize = info(Sys.text(Path.of("/proc/meminfo")), "").getOrDefault("Hugepagesize", 0L);
            long builtIn = builtIn(node);
            found.add(new Resources.MemoryNode(
                    Sys.number(name.substring(4), 0),
                    (pages - freePages) * pageSize,
                    pages * pageSize,
                    info.getOrDefault("MemUsed", 0L) - info.getOrDefault("FilePages", 0L) < 0
                            ? 0
                            : info.getOrDefault("MemUsed", 0L) - info.getOrDefault("FilePages", 0L),
                    builtIn > 0 ? builtIn : info.getOrDefault("MemTotal", 0L)));
        }
        return found;
    }

    /// `Name: 12 kB` lines as bytes; a number without unit (pages) is multiplied as well.
    private static Map<String, Long> info(String text, String prefix) {
        var values = new HashMap<String, Long>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.startsWith(prefix)) {
                String value = line.substring(colon + 1).replace("kB", "").strip();
                values.put(line.substring(prefix.length(), colon), Sys.number(value, 0) * 1024);
            }
        }
        return values;
    }
}
