package io.lightvisor.linux.cgroup;

import java.util.OptionalLong;

/// How much memory, in bytes.
///
/// @param hard never more: reclaim, then the OOM killer
/// @param soft when the host is short, what is above is taken first: soft_limit_in_bytes (1), memory.low (2), which
///        protects what is below. Never memory.high: it makes a group crawl that cannot give anything back
/// @param low memory.low of version 2, if it is to be another than `soft`
/// @param swap how much swap beside the hard limit; empty for no limit of its own
public record MemoryLimit(OptionalLong hard, OptionalLong soft, OptionalLong low, OptionalLong swap) {
    public static MemoryLimit none() {
        return new MemoryLimit(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
}
