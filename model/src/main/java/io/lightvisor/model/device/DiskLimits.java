package io.lightvisor.model.device;

import io.lightvisor.model.ByteSize;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How fast a disk may be used; empty for as fast as it can.
///
/// @param readBytes       bytes a second
/// @param readOperations  reads a second
/// @param writeBytes      bytes a second
/// @param writeOperations writes a second
public record DiskLimits(
        OptionalLong readBytes, OptionalLong readOperations, OptionalLong writeBytes, OptionalLong writeOperations) {
    static Optional<DiskLimits> of(Map<String, String> options) {
        String max = options.getOrDefault("limits.max", "");
        String read = max.isEmpty() ? options.getOrDefault("limits.read", "") : max;
        String write = max.isEmpty() ? options.getOrDefault("limits.write", "") : max;
        return read.isEmpty() && write.isEmpty()
                ? Optional.empty()
                : Optional.of(new DiskLimits(bytes(read), operations(read), bytes(write), operations(write)));
    }

    private static OptionalLong bytes(String text) {
        return text.isEmpty() || text.endsWith("iops")
                ? OptionalLong.empty()
                : OptionalLong.of(ByteSize.parse(text).bytes());
    }

    private static OptionalLong operations(String text) {
        return text.endsWith("iops")
                ? OptionalLong.of(
                        Long.parseLong(text.substring(0, text.length() - 4).strip()))
                : OptionalLong.empty();
    }
}
