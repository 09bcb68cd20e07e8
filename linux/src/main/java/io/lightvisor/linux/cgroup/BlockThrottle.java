package io.lightvisor.linux.cgroup;

import java.util.OptionalLong;

/// How fast one block device may be used; empty for no limit.
///
/// @param major of the whole device, not a partition
public record BlockThrottle(
        int major,
        int minor,
        OptionalLong readBytes,
        OptionalLong readOperations,
        OptionalLong writeBytes,
        OptionalLong writeOperations) {}
