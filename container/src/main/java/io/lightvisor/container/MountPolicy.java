package io.lightvisor.container;

import java.util.Map;
import java.util.Set;

/// Which file systems a container may mount through the server (`security.syscalls.intercept.mount.*`). Asked at each
/// mount, so a change takes effect at once.
///
/// @param allowed types of file systems that the server mounts for it
/// @param fuse    types that a program inside mounts instead: `ext4` to `fuse2fs`
/// @param shifted owners on disk are ids of the container
public record MountPolicy(Set<String> allowed, Map<String, String> fuse, boolean shifted) {
    /// None.
    public static final MountPolicy NONE = new MountPolicy(Set.of(), Map.of(), false);

    public MountPolicy {
        allowed = Set.copyOf(allowed);
        fuse = Map.copyOf(fuse);
    }
}
