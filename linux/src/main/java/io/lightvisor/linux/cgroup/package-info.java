/// Control groups, version 1, 2 and both at once, behind one face: cgroups(7).
///
///     CgroupTree     what this host has mounted, and for what
///     Cgroup         one group: the same path in every hierarchy
///     CgroupLimits   what its processes may use
///     CgroupUsage    what they use
///     DeviceRule     which devices they may open
///
///     var tree = CgroupTree.detect();
///     var cgroup = tree.create("lightvisor/c1");
///     cgroup.limits().setProcesses(OptionalLong.of(500));
///     ...
///     cgroup.kill(); cgroup.awaitEmpty(Duration.ofSeconds(10)); cgroup.remove();
@NullMarked
package io.lightvisor.linux.cgroup;

import org.jspecify.annotations.NullMarked;
