package io.lightvisor.linux.cgroup;

import java.nio.file.Path;
import java.util.Set;

/// One mounted hierarchy.
///
/// @param mountPoint `/sys/fs/cgroup/memory`
/// @param unified whether it is version 2
/// @param controllers the kernel's names: `cpu`, `memory`; of version 2 those that the mount's root offers
/// @param name of a version 1 hierarchy without controllers: `systemd`; else empty
public record CgroupHierarchy(Path mountPoint, boolean unified, Set<String> controllers, String name) {
    public CgroupHierarchy {
        controllers = Set.copyOf(controllers);
    }
}
