package io.lightvisor.container;

import java.util.List;

/// The cgroup file systems as a container finds them below `/sys/fs/cgroup`: complete, so that systemd, Docker and
/// containers inside work, and each showing only the container's own part (cgroup namespace).
///
/// @param unified the host has only cgroup v2: it is mounted at `/sys/fs/cgroup` itself, and `hierarchies` is empty
public record CgroupView(boolean unified, List<Hierarchy> hierarchies) {
    public CgroupView {
        hierarchies = List.copyOf(hierarchies);
    }

    /// One hierarchy beside others.
    ///
    /// @param folder  its name below `/sys/fs/cgroup`: `cpu`, `systemd`, `unified`
    /// @param version 1 or 2
    /// @param options for mount(2): `cpu,cpuacct`, `name=systemd`; empty for version 2
    public record Hierarchy(String folder, int version, String options) {}
}
