package io.lightvisor.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/// What sysinfo(2) answers in a container: its own uptime, processes and memory, within the host's.
final class ContainerSysinfo {
    /// "struct sysinfo, include/uapi/linux/sysinfo.h", on a 64-bit machine.
    private static final int SIZE = 112;

    private ContainerSysinfo() {}

    static byte[] of(RunningContainer container) {
        String host = InterceptedCalls.read("/proc/meminfo");
        var usage = container.usage();
        long total = kilobytes(host, "MemTotal:");
        OptionalLong limit = container.cgroup().memoryLimit();
        boolean limited = limit.isPresent() && limit.getAsLong() < total;
        long free = limited ? Math.max(0, limit.getAsLong() - usage.memory()) : kilobytes(host, "MemFree:");
        total = limited ? limit.getAsLong() : total;
        var out = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        out.putLong(Math.max(
                0, Duration.between(container.startedAt(), Instant.now()).toSeconds()));
        String[] loads = InterceptedCalls.read("/proc/loadavg").split(" ");
        for (int i = 0; i < 3; i++) {
            out.putLong((long) (Double.parseDouble(loads[i]) * 65536));
        }
        out.putLong(total).putLong(free);
        out.putLong(limited ? 0 : kilobytes(host, "Shmem:")).putLong(limited ? 0 : kilobytes(host, "Buffers:"));
        out.putLong(limited ? 0 : kilobytes(host, "SwapTotal:")).putLong(limited ? 0 : kilobytes(host, "SwapFree:"));
        out.putShort((short) Math.min(usage.processes(), 65535));
        // In units of one byte.
        out.putInt(104, 1);
        return out.array();
    }

    private static long kilobytes(String text, String key) {
        int at = text.indexOf(key);
        if (at < 0) {
            return 0;
        }
        int end = text.indexOf('\n', at);
        String line =
                text.substring(at + key.length(), end < 0 ? text.length() : end).strip();
        return Long.parseLong(line.substring(0, line.indexOf(' '))) * 1024;
    }
}
