package io.lightvisor.linux.cgroup;

import java.util.OptionalLong;

/// How much memory, in bytes.
///
/// @param hard never more: reclaim, then the OOM killer
/// @param soft what is above is taken first when the host is short: soft_limit_in_bytes (1), memory.high (2)
/// @param low what is below is taken last: memory.low; version 2 only
/// @param swap how much swap beside the hard limit; empty for no limit of its own
public record MemoryLimit(OptionalLong hard, OptionalLong soft, OptionalLong low, OptionalLong swap) {
    public static MemoryLimit none() {
        return new MemoryLimit(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
}
