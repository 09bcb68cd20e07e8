package io.lightvisor.model.config;

import static io.lightvisor.model.config.ConfigKey.Scope.ANY;
import static io.lightvisor.model.config.ConfigKey.Scope.CONTAINER;
import static io.lightvisor.model.config.ConfigKey.Scope.VIRTUAL_MACHINE;
import static io.lightvisor.model.config.Keys.AT_START;
import static io.lightvisor.model.config.Keys.LIVE;
import static io.lightvisor.model.config.Keys.blob;
import static io.lightvisor.model.config.Keys.flag;
import static io.lightvisor.model.config.Keys.number;
import static io.lightvisor.model.config.Keys.text;

import java.util.List;

/// The keys of instances and profiles.
final class InstanceKeys {
    /// Keys that instances and profiles share.
    static final List<ConfigKey> SHARED = List.of(
            flag("boot.autostart", "", AT_START, ANY, "Start with the server: always, never, or unset as it was left"),
            number("boot.autostart.delay", "0", AT_START, ANY, Checks.INTEGER, "Seconds to wait before the next start"),
            number("boot.autostart.priority", "0", AT_START, ANY, Checks.INTEGER, "Order of starts, highest first"),
            number(
                    "boot.host_shutdown_timeout",
                    "30",
                    LIVE,
                    ANY,
                    Checks.INTEGER,
                    "Seconds to wait for a clean stop when the host shuts down"),
            number("boot.stop.priority", "0", AT_START, ANY, Checks.INTEGER, "Order of stops, highest first"),
            text(
                    "cloud-init.network-config",
                    "",
                    AT_START,
                    ANY,
                    Checks.YAML_MAP,
                    "Network configuration for cloud-init, YAML"),
            text("cloud-init.user-data", "", AT_START, ANY, Checks.ANY, "User data for cloud-init"),
            text("cloud-init.vendor-data", "", AT_START, ANY, Checks.ANY, "Vendor data for cloud-init"),
            text(
                    "cluster.evacuate",
                    "auto",
                    AT_START,
                    ANY,
                    Checks.oneOf("auto", "migrate", "live-migrate", "stop"),
                    "What to do when the cluster member is evacuated"),
            text("environment.*", "", LIVE, ANY, Checks.ONE_LINE, "Environment variable of init and of exec"),
            text("limits.cpu", "", LIVE, ANY, Checks.CPUS, "Number of processors, or the set of those to use"),
            text(
                    "limits.cpu.allowance",
                    "100%",
                    LIVE,
                    CONTAINER,
                    Checks.CPU_ALLOWANCE,
                    "Processor time: 50% as a weight, 25ms/100ms as a limit"),
            number(
                    "limits.cpu.priority",
                    "10",
                    LIVE,
                    CONTAINER,
                    Checks.PRIORITY,
                    "Precedence among instances with the same allowance, 0 to 10"),
            number(
                    "limits.disk.priority",
                    "5",
                    LIVE,
                    ANY,
                    Checks.PRIORITY,
                    "Share of disk throughput under load, 0 to 10"),
            text("limits.hugepages.1GB", "", LIVE, CONTAINER, Checks.SIZE, "Limit for huge pages of 1 GB"),
            text("limits.hugepages.1MB", "", LIVE, CONTAINER, Checks.SIZE, "Limit for huge pages of 1 MB"),
            text("limits.hugepages.2MB", "", LIVE, CONTAINER, Checks.SIZE, "Limit for huge pages of 2 MB"),
            text("limits.hugepages.64KB", "", LIVE, CONTAINER, Checks.SIZE, "Limit for huge pages of 64 KB"),
            text(
                    "limits.kernel.*",
                    "",
                    AT_START,
                    CONTAINER,
                    Checks.RESOURCE_LIMIT,
                    "Resource limit of init: getrlimit(2)"),
            text("limits.memory", "", LIVE, ANY, Checks.MEMORY, "Memory, as an amount or a percentage of the host's"),
            text(
                    "limits.memory.enforce",
                    "hard",
                    LIVE,
                    CONTAINER,
                    Checks.oneOf("soft", "hard"),
                    "hard: never more than the limit; soft: more while the host has enough"),
            flag("limits.memory.swap", "true", LIVE, CONTAINER, "Whether memory may be swapped out"),
            number(
                    "limits.memory.swap.priority",
                    "10",
                    LIVE,
                    CONTAINER,
                    Checks.PRIORITY,
                    "How unwillingly memory is swapped out, 0 to 10"),
            number("limits.network.priority", "0", LIVE, ANY, Checks.PRIORITY, "Priority of network traffic, 0 to 10"),
            number("limits.processes", "", LIVE, CONTAINER, Checks.INTEGER, "Most processes at a time"),
            text(
                    "linux.kernel_modules",
                    "",
                    LIVE,
                    CONTAINER,
                    Checks.ANY,
                    "Kernel modules to load before the start, by commas"),
            text("linux.sysctl.*", "", AT_START, CONTAINER, Checks.ANY, "Kernel parameter of the container: sysctl(8)"),
            flag("migration.incremental.memory", "false", LIVE, CONTAINER, "Copy memory ahead of the stop when moving"),
            number(
                    "migration.incremental.memory.goal",
                    "70",
                    LIVE,
                    CONTAINER,
                    Checks.UINT32,
                    "Percentage of memory in step before the stop"),
            number(
                    "migration.incremental.memory.iterations",
                    "10",
                    LIVE,
                    CONTAINER,
                    Checks.UINT32,
                    "Most rounds of copying memory before the stop"),
            text(
                    "nvidia.driver.capabilities",
                    "",
                    AT_START,
                    CONTAINER,
                    Checks.ANY,
                    "Driver capabilities that are needed"),
            text("nvidia.require.cuda", "", AT_START, CONTAINER, Checks.ANY, "CUDA version that is needed"),
            text("nvidia.require.driver", "", AT_START, CONTAINER, Checks.ANY, "Driver version that is needed"),
            flag("nvidia.runtime", "false", AT_START, CONTAINER, "Pass the host's NVIDIA libraries in"),
            blob("raw.apparmor", LIVE, ANY, Checks.ANY, "Lines to add to the AppArmor profile"),
            blob("raw.idmap", AT_START, CONTAINER, Checks.ID_MAP, "Ids mapped by hand: both|uid|gid HOST INSIDE"),
            blob("raw.lxc", AT_START, CONTAINER, Checks.RAW_LXC, "Lines to add to the configuration of the runtime"),
            blob("raw.seccomp", AT_START, CONTAINER, Checks.ANY, "A seccomp policy in place of the server's"),
            flag("security.devlxd", "true", LIVE, ANY, "Whether /dev/lxd is there"),
            flag("security.devlxd.images", "false", LIVE, CONTAINER, "Whether images may be fetched through /dev/lxd"),
            flag("security.guestapi", "", LIVE, ANY, "Name of security.devlxd in Incus"),
            flag("security.guestapi.images", "", LIVE, CONTAINER, "Name of security.devlxd.images in Incus"),
            number("security.idmap.base", "", AT_START, CONTAINER, Checks.UINT32, "First id of the host to use"),
            flag("security.idmap.isolated", "false", AT_START, CONTAINER, "Use ids that no other instance uses"),
            number("security.idmap.size", "", AT_START, CONTAINER, Checks.UINT32, "How many ids to use"),
            flag("security.nesting", "false", LIVE, CONTAINER, "Whether containers may be run inside"),
            flag(
                    "security.privileged",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Run without a user namespace: root inside is root"),
            flag("security.protection.delete", "false", LIVE, ANY, "Refuse to delete the instance"),
            flag("security.protection.shift", "false", LIVE, CONTAINER, "Refuse to change the owners of its files"),
            text(
                    "security.syscalls.allow",
                    "",
                    AT_START,
                    CONTAINER,
                    Checks.ANY,
                    "System calls allowed; all others are denied"),
            text(
                    "security.syscalls.blacklist",
                    "",
                    AT_START,
                    CONTAINER,
                    Checks.ANY,
                    "Old name of security.syscalls.deny"),
            flag(
                    "security.syscalls.blacklist_compat",
                    "",
                    AT_START,
                    CONTAINER,
                    "Old name of security.syscalls.deny_compat"),
            flag(
                    "security.syscalls.blacklist_default",
                    "",
                    AT_START,
                    CONTAINER,
                    "Old name of security.syscalls.deny_default"),
            text("security.syscalls.deny", "", AT_START, CONTAINER, Checks.ANY, "System calls denied"),
            flag(
                    "security.syscalls.deny_compat",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Deny the calls of other ABIs of the processor"),
            flag("security.syscalls.deny_default", "true", AT_START, CONTAINER, "Deny what a container never needs"),
            flag("security.syscalls.intercept.bpf", "false", AT_START, CONTAINER, "Handle bpf(2)"),
            flag(
                    "security.syscalls.intercept.bpf.devices",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Let programs for the device cgroup be loaded"),
            flag(
                    "security.syscalls.intercept.mknod",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Handle mknod(2) for harmless devices"),
            flag("security.syscalls.intercept.mount", "false", AT_START, CONTAINER, "Handle mount(2)"),
            text(
                    "security.syscalls.intercept.mount.allowed",
                    "",
                    LIVE,
                    CONTAINER,
                    Checks.ANY,
                    "File systems that may be mounted, by commas"),
            text(
                    "security.syscalls.intercept.mount.fuse",
                    "",
                    LIVE,
                    CONTAINER,
                    Checks.ANY,
                    "File systems to mount with FUSE instead: ext4=fuse2fs"),
            flag(
                    "security.syscalls.intercept.mount.shift",
                    "false",
                    LIVE,
                    CONTAINER,
                    "Map the owners of what is mounted that way"),
            flag(
                    "security.syscalls.intercept.sched_setscheduler",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Handle sched_setscheduler(2)"),
            flag(
                    "security.syscalls.intercept.setxattr",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Handle setxattr(2) for overlays"),
            flag(
                    "security.syscalls.intercept.sysinfo",
                    "false",
                    AT_START,
                    CONTAINER,
                    "Answer sysinfo(2) with the container's own limits and use"),
            text(
                    "security.syscalls.whitelist",
                    "",
                    AT_START,
                    CONTAINER,
                    Checks.ANY,
                    "Old name of security.syscalls.allow"),
            text(
                    "snapshots.expiry",
                    "",
                    AT_START,
                    ANY,
                    Checks.EXPIRY,
                    "How long snapshots are kept: 1M 2H 3d 4w 5m 6y"),
            text("snapshots.pattern", "snap%d", AT_START, ANY, Checks.ANY, "Names of snapshots; %d counts"),
            text("snapshots.schedule", "", AT_START, ANY, Checks.SCHEDULE, "When snapshots are made: cron, or @daily"),
            flag(
                    "snapshots.schedule.stopped",
                    "false",
                    AT_START,
                    ANY,
                    "Whether snapshots are made while it is stopped"),
            text("user.*", "", LIVE, ANY, Checks.ANY, "Anything; what is below user is visible inside"));

    /// Keys of virtual machines. A profile may hold them, as it may serve both; a container may not.
    static final List<ConfigKey> VIRTUAL_MACHINES = List.of(
            flag("agent.nic_config", "false", AT_START, VIRTUAL_MACHINE, "Name interfaces inside like their devices"),
            flag("limits.memory.hugepages", "false", AT_START, VIRTUAL_MACHINE, "Take memory from huge pages"),
            flag("migration.stateful", "false", AT_START, VIRTUAL_MACHINE, "Allow stateful stop and live migration"),
            blob("raw.qemu", AT_START, VIRTUAL_MACHINE, Checks.ANY, "Arguments to add to those of QEMU"),
            blob("raw.qemu.conf", AT_START, VIRTUAL_MACHINE, Checks.ANY, "Changes to the configuration file of QEMU"),
            flag("security.agent.metrics", "true", LIVE, VIRTUAL_MACHINE, "Ask the agent for state and metrics"),
            flag("security.secureboot", "true", AT_START, VIRTUAL_MACHINE, "Whether only signed systems boot"));

    /// Keys that only an instance has: what came with its image, and what the server keeps about it.
    static final List<ConfigKey> INSTANCE_ONLY = List.of(
            text("image.*", "", AT_START, ANY, Checks.ANY, "Property of the image that it was made of"),
            kept("volatile.apply_quota", Checks.ANY, "Size of the root disk to apply at the next start"),
            kept("volatile.apply_template", Checks.ANY, "Template trigger of the next start"),
            kept("volatile.lightvisor.creating", Checks.ANY, "There while the root of a new instance is made"),
            kept("volatile.lightvisor.restart", Checks.ANY, "There while it waits to be started again"),
            kept("volatile.base_image", Checks.ANY, "Fingerprint of the image that it was made of"),
            kept("volatile.cloud-init.instance-id", Checks.UUID, "Instance id shown to cloud-init"),
            kept("volatile.evacuate.origin", Checks.ANY, "Cluster member that it was evacuated from"),
            kept("volatile.idmap.base", Checks.ANY, "First id of its map"),
            kept("volatile.idmap.current", Checks.ANY, "Id map of the running instance"),
            kept("volatile.idmap.next", Checks.ANY, "Id map of the next start"),
            kept("volatile.last_state.idmap", Checks.ANY, "Id map that its files are owned by"),
            kept("volatile.last_state.power", Checks.ANY, "RUNNING or STOPPED, as it was left"),
            kept("volatile.last_state.ready", Checks.BOOLEAN, "Whether it said that it is ready"),
            kept("volatile.uuid", Checks.UUID, "Its UUID"),
            kept("volatile.vsock_id", Checks.INTEGER, "Its vsock id"),
            kept("volatile.*.apply_quota", Checks.ANY, "Size of a disk to apply at the next start"),
            kept("volatile.*.ceph_rbd", Checks.ANY, "Mapped RBD device of a disk"),
            kept("volatile.*.host_name", Checks.ANY, "Interface of the host that belongs to a NIC"),
            kept("volatile.*.hwaddr", Checks.ANY, "MAC address of a NIC"),
            kept("volatile.*.last_state.created", Checks.ANY, "Whether the interface was made for a NIC"),
            kept("volatile.*.last_state.hwaddr", Checks.ANY, "MAC address that an interface had before"),
            kept("volatile.*.last_state.ip_addresses", Checks.ANY, "Address that was chosen for a filtered NIC"),
            kept("volatile.*.last_state.mtu", Checks.ANY, "MTU that an interface had before"),
            kept("volatile.*.last_state.pci.driver", Checks.ANY, "Driver that a PCI device had before"),
            kept("volatile.*.last_state.pci.slot.name", Checks.ANY, "Slot of a PCI device"),
            kept("volatile.*.last_state.vf.hwaddr", Checks.ANY, "MAC address that a virtual function had before"),
            kept("volatile.*.last_state.vf.id", Checks.ANY, "Number of a virtual function"),
            kept("volatile.*.last_state.vf.parent", Checks.ANY, "Parent of a virtual function"),
            kept("volatile.*.last_state.vf.spoofcheck", Checks.ANY, "Spoof check that a virtual function had before"),
            kept("volatile.*.last_state.vf.vlan", Checks.ANY, "VLAN that a virtual function had before"),
            kept("volatile.*.mig.uuid", Checks.ANY, "UUID of a GPU instance"),
            kept("volatile.*.name", Checks.ANY, "Name of a NIC inside"),
            kept("volatile.*.vgpu.uuid", Checks.ANY, "UUID of a virtual GPU"));

    private InstanceKeys() {}

    private static ConfigKey kept(String name, Check check, String help) {
        return text(name, "", LIVE, ANY, check, help);
    }
}
