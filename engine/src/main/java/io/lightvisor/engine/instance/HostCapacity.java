package io.lightvisor.engine.instance;

import io.lightvisor.container.Limits;
import io.lightvisor.linux.CpuList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much the host has: what limits are reckoned against. Memory does not change while a host runs;
/// processors do.
final class HostCapacity {
    private static volatile long memory;

    private HostCapacity() {}

    /// Memory of the host and the processors that are online.
    static Limits.HostFacts read() throws IOException {
        if (memory == 0) {
            memory = memory();
        }
        return new Limits.HostFacts(memory, cpus());
    }

    private static long memory() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.substring("MemTotal:".length(), line.length() - " kB".length())
                                .strip())
                        * 1024;
            }
        }
        throw new IOException("/proc/meminfo has no line MemTotal");
    }

    private static CpuList cpus() throws IOException {
        String text = Files.readString(Path.of("/sys/devices/system/cpu/online"), StandardCharsets.US_ASCII)
                .strip();
        return CpuList.parse(text)
                .orElseThrow(() -> new IOException("/sys/devices/system/cpu/online holds \"" + text + "\""));
    }
}
