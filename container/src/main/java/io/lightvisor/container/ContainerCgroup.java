package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.BlockThrottle;
import io.lightvisor.linux.cgroup.Cgroup;
import io.lightvisor.linux.cgroup.CgroupHierarchy;
import io.lightvisor.linux.cgroup.CgroupTree;
import io.lightvisor.linux.cgroup.CpuQuota;
import io.lightvisor.linux.cgroup.DeviceRule;
import io.lightvisor.linux.cgroup.MemoryLimit;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.process.UserNamespace;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The cgroups of one container: `lightvisor.TAG/NAME` in every hierarchy of the host. They are its
/// limits from outside and the root of what it sees itself; it may make its own below, but not change
/// these.
final class ContainerCgroup {
    private static final System.Logger LOG = System.getLogger("lightvisor.container");

    /// A process in uninterruptible sleep freezes when it wakes; longer than this nobody waits.
    private static final Duration FREEZE_TIME = Duration.ofSeconds(10);

    /// In front of a rule of `raw.lxc` that takes something away.
    private static final String DENY = "- ";

    private static final String COMMANDS = ".lxc";
    private static final int WEIGHT_OF_DEFAULT_PRIORITY = 500;
    private static final int DEFAULT_SWAPPINESS = 60;

    /// What a container may open and make, beside what it is given: terminals and the usual character
    /// devices, all nodes as names only.
    private static final List<String> DEVICES = List.of(
            "b *:* m",
            "c *:* m",
            "c 136:* rwm",
            "c 1:3 rwm",
            "c 1:5 rwm",
            "c 1:7 rwm",
            "c 1:8 rwm",
            "c 1:9 rwm",
            "c 5:0 rwm",
            "c 5:1 rwm",
            "c 5:2 rwm",
            "c 10:200 rwm",
            "c 10:229 rwm");

    private final Cgroup cgroup;

    private ContainerCgroup(Cgroup cgroup) {
        this.cgroup = cgroup;
    }

    /// The parent of all containers of a daemon.
    static String parent(String daemonTag) {
        return "lightvisor." + daemonTag;
    }

    /// Makes them for a container about to start. What an earlier start left under this name is removed
    /// first.
    ///
    /// @param given devices of its own, from [#devices]
    static ContainerCgroup create(CgroupTree tree, String daemonTag, StartSpec spec, List<String> given)
            throws InterruptedException {
        String path = parent(daemonTag) + "/" + spec.name();
        Cgroup made;
        try {
            made = tree.create(path);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            tree.at(path).remove();
            made = tree.create(path);
        }
        var cgroup = new ContainerCgroup(made);
        try {
            cgroup.setDevices(given);
            if (!spec.privileged()) {
                made.delegate((int) spec.idmap().toHost(Idmap.Kind.UID, 0), (int)
                        spec.idmap().toHost(Idmap.Kind.GID, 0));
            }
            cgroup.apply(spec.limits(), true);
            spec.security().raw().cgroups().forEach(cgroup::write);
            return cgroup;
        } catch (RuntimeException e) {
            try {
                made.remove();
            } catch (SyscallException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    /// Those of a container that runs already.
    static ContainerCgroup of(CgroupTree tree, String daemonTag, String name) {
        return new ContainerCgroup(tree.at(parent(daemonTag) + "/" + name));
    }

    /// The name of the container that a process is in: `/lightvisor.TAG/c1` and all below it, as
    /// `/proc/PID/cgroup` has it (cgroups(7)). A path that only *contains* the daemon's group is one that a
    /// guest made.
    static Optional<String> nameOf(String daemonTag, int pid) {
        String above = "/" + parent(daemonTag) + "/";
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of("/proc", Integer.toString(pid), "cgroup"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return Optional.empty();
        }
        for (String line : lines) {
            // "hierarchy-ID:controller-list:cgroup-path"
            int colon = line.indexOf(':', line.indexOf(':') + 1);
            if (colon > 0 && line.startsWith(above, colon + 1)) {
                int from = colon + 1 + above.length();
                int to = line.indexOf('/', from);
                String name = line.substring(from, to < 0 ? line.length() : to);
                return name.indexOf('.') >= 0 ? Optional.empty() : Optional.of(name);
            }
        }
        return Optional.empty();
    }

    // ---- joining

    /// Where a process joins by writing its pid: one file for each hierarchy of version 1.
    List<String> procsFiles() {
        var files = new ArrayList<String>();
        cgroup.versionOneProcsFiles().forEach(file -> files.add(file.toString()));
        return files;
    }

    /// Where init is born: the folder in the unified hierarchy.
    Optional<DirFd> openUnified() {
        return cgroup.openUnified();
    }

    /// Where commands from outside are born: a group `.lxc` of their own in the unified hierarchy. Once a
    /// guest's systemd has handed controllers down, the container's own group may hold no process any
    /// more (cgroups(7), "no internal processes" rule).
    Optional<DirFd> openForCommands() {
        var root = cgroup.openUnified();
        if (root.isEmpty()) {
            return root;
        }
        try (var folder = root.get()) {
            try {
                return Optional.of(folder.openChild(COMMANDS));
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                return Optional.of(folder.makeDirectories(COMMANDS, 0755));
            }
        }
    }

    // ---- state

    void freeze() throws InterruptedException {
        if (!cgroup.isFrozen() && !cgroup.freeze(FREEZE_TIME)) {
            throw Problem.failed(
                            "container not paused",
                            "a process did not stand still within " + FREEZE_TIME.toSeconds() + " s")
                    .exception();
        }
    }

    void thaw() {
        try {
            cgroup.thaw();
        } catch (SyscallException e) {
            // Ended meanwhile, and its cgroups with it: nothing is frozen any more.
            if (!e.is(Errno.ENOENT, Errno.ENODEV)) {
                throw e;
            }
        }
    }

    boolean frozen() {
        return cgroup.isFrozen();
    }

    Usage usage() {
        var now = cgroup.usage();
        return new Usage(
                now.cpuNanos().orElse(0),
                now.memory().orElse(0),
                now.memoryPeak().orElse(0),
                now.swap().orElse(0),
                now.swapPeak().orElse(0),
                now.processes().orElse(0));
    }

    /// Whether a group of the unified hierarchy below this one is the folder of this device and inode.
    boolean hasBelow(long device, long inode) {
        var unified = cgroup.tree().unified();
        if (unified.isEmpty()) {
            return false;
        }
        var waiting = new ArrayDeque<Path>();
        waiting.add(unified.get().mountPoint().resolve(cgroup.path()));
        while (!waiting.isEmpty()) {
            try (var groups = Files.newDirectoryStream(waiting.remove(), Files::isDirectory)) {
                for (Path group : groups) {
                    try (var folder = Open.path(group, OpenFlag.PATH)) {
                        var stat = folder.stat();
                        if (stat.inode() == inode && stat.device() == device) {
                            return true;
                        }
                    }
                    waiting.add(group);
                }
            } catch (IOException | SyscallException e) {
                // Removed while we looked.
            }
        }
        return false;
    }

    /// Bytes that the container may use at most; empty for no limit.
    OptionalLong memoryLimit() {
        boolean second =
                cgroup.tree().find("memory").map(CgroupHierarchy::unified).orElse(false);
        String text = cgroup.read("memory", second ? "memory.max" : "memory.limit_in_bytes")
                .orElse("max")
                .strip();
        return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /// Removes them; the processes must have ended or be about to.
    void remove() throws InterruptedException {
        cgroup.remove();
    }

    /// Kills what is inside, wherever it came from.
    void killAll() throws InterruptedException {
        cgroup.kill();
        cgroup.awaitEmpty(FREEZE_TIME);
    }

    // ---- limits

    /// Sets all limits; what is absent is lifted.
    void apply(Limits limits) {
        apply(limits, false);
    }

    /// @param fresh the groups are new, so what is absent need not be written
    private void apply(Limits limits, boolean fresh) {
        var set = cgroup.limits();
        limits.cpus().ifPresent(cpus -> need(set.setCpus(cpus), "limits.cpu", "cpuset"));
        if (!fresh || limits.cpuShares() != Limits.DEFAULT_SHARES) {
            boolean done = set.setCpuShares(limits.cpuShares());
            need(done || limits.cpuShares() == Limits.DEFAULT_SHARES, "limits.cpu.allowance", "cpu");
        }
        if (!fresh || limits.cpuQuota().isPresent()) {
            boolean done = set.setCpuQuota(limits.cpuQuota().map(quota -> new CpuQuota(quota.quota(), quota.period())));
            need(done || limits.cpuQuota().isEmpty(), "limits.cpu.allowance", "cpu");
        }
        if (!fresh || limits.memory().isPresent() || limits.memorySoft().isPresent()) {
            setMemory(limits);
        }
        if (!fresh || limits.swappiness().isPresent()) {
            set.setSwappiness(limits.swappiness().orElse(DEFAULT_SWAPPINESS));
        }
        if (!fresh || limits.processes().isPresent()) {
            need(set.setProcesses(limits.processes()) || limits.processes().isEmpty(), "limits.processes", "pids");
        }
        for (String size : Limits.HUGE_PAGE_SIZES) {
            Long most = limits.hugePages().get(size);
            if (most != null || !fresh) {
                boolean done = set.setHugePages(size, most == null ? OptionalLong.empty() : OptionalLong.of(most));
                need(done || most == null, "limits.hugepages." + size, "hugetlb with pages of " + size);
            }
        }
        if (limits.diskWeight().isPresent()) {
            need(set.setBlockWeight(limits.diskWeight().getAsInt()), "limits.disk.priority", "blkio weight");
        } else if (!fresh) {
            set.setBlockWeight(WEIGHT_OF_DEFAULT_PRIORITY);
        }
    }

    /// In version 1 the soft limit is where the host takes memory back first; in version 2 the same
    /// number protects: what is below it is taken last.
    private void setMemory(Limits limits) {
        boolean second =
                cgroup.tree().find("memory").map(CgroupHierarchy::unified).orElse(false);
        OptionalLong none = OptionalLong.empty();
        OptionalLong swap = limits.memory().isEmpty()
                ? none
                : second ? limits.swap() ? none : OptionalLong.of(0) : limits.swap() ? OptionalLong.of(0) : none;
        boolean done;
        try {
            done = cgroup.limits()
                    .setMemory(new MemoryLimit(
                            limits.memory(),
                            second ? none : limits.memorySoft(),
                            second ? limits.memorySoft() : none,
                            swap));
        } catch (SyscallException e) {
            if (e.is(Errno.EBUSY)) {
                throw Problem.failed(
                                "limits.memory not set",
                                "more is in use than the new limit, and cannot be taken back now",
                                "free memory in the container, or choose a higher limit")
                        .exception(e);
            }
            throw e;
        }
        need(done || limits.memory().isEmpty() && limits.memorySoft().isEmpty(), "limits.memory", "memory");
    }

    /// A file of `raw.lxc`. Its controller must be there, in the version that the line names.
    private void write(RawSettings.CgroupFile wanted) {
        int dot = wanted.file().indexOf('.');
        String controller = dot < 0 ? wanted.file() : wanted.file().substring(0, dot);
        boolean there = cgroup.tree()
                .find(controller)
                .filter(hierarchy -> hierarchy.unified() == wanted.unified())
                .isPresent();
        try {
            if (there && cgroup.write(controller, wanted.file(), wanted.value())) {
                return;
            }
        } catch (SyscallException e) {
            throw Problem.failed(wanted.place() + " not set", String.valueOf(e.getMessage()))
                    .exception(e);
        }
        throw Problem.failed(
                        wanted.place() + " not set",
                        "cgroup v" + (wanted.unified() ? 2 : 1) + " has no file " + wanted.file() + " on this host")
                .exception();
    }

    /// The devices that a container is given beside the usual ones, as rules.
    static List<String> devices(StartSpec spec) {
        var rules = new ArrayList<String>();
        spec.nodes().forEach(node -> rules.add(rule(node)));
        for (MountSpec mount : spec.mounts()) {
            device(mount).ifPresent(rules::add);
        }
        for (var raw : spec.security().raw().devices()) {
            rules.add((raw.allow() ? "" : DENY) + raw.rule());
        }
        return rules;
    }

    /// A device given as a mount of its node alone.
    static Optional<String> device(MountSpec mount) {
        if (!mount.fileSystem().isEmpty()) {
            return Optional.empty();
        }
        try (var file = Open.path(mount.source(), OpenFlag.PATH)) {
            FileStat stat = file.stat();
            return switch (stat.type()) {
                case CHARACTER_DEVICE -> Optional.of("c " + stat.rdevMajor() + ":" + stat.rdevMinor() + " rwm");
                case BLOCK_DEVICE -> Optional.of("b " + stat.rdevMajor() + ":" + stat.rdevMinor() + " rwm");
                default -> Optional.empty();
            };
        } catch (SyscallException e) {
            // Whoever mounts it will say what is wrong with it.
            return Optional.empty();
        }
    }

    /// Whether every container may do that.
    static boolean isUsual(String rule) {
        return DEVICES.contains(rule);
    }

    /// Limits how fast one disk may be used.
    void throttle(BlockThrottle throttle) {
        boolean wanted = throttle.readBytes().isPresent()
                || throttle.readOperations().isPresent()
                || throttle.writeBytes().isPresent()
                || throttle.writeOperations().isPresent();
        boolean done = cgroup.limits().setBlockThrottle(throttle);
        need(done || !wanted, "limits of disk " + throttle.major() + ":" + throttle.minor(), "blkio (io)");
    }

    static String rule(NodeSpec node) {
        return (node.block() ? "b " : "c ") + node.major() + ":" + node.minor() + " rwm";
    }

    /// A user namespace alone does not keep a container from devices: a node that came with its root,
    /// with a mode that lets everyone in, would work as soon as its own root has mounted that file system
    /// without `nodev`.
    private void setDevices(List<String> given) {
        var rules = new ArrayList<DeviceRule>();
        DEVICES.forEach(rule -> rules.add(DeviceRule.allow(rule)));
        given.forEach(rule -> rules.add(
                rule.startsWith(DENY) ? DeviceRule.deny(rule.substring(DENY.length())) : DeviceRule.allow(rule)));
        try {
            if (!cgroup.limits().setDevices(rules)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "device access of {0} is not limited: no controller",
                        cgroup.path());
            }
        } catch (SyscallException e) {
            // Rules are for the host's root to make; those of the container that the daemon is in hold for all in it.
            if (!e.is(Errno.EPERM) || !UserNamespace.isNested()) {
                throw e;
            }
        }
    }

    /// Lets the running container use one more device, or no longer.
    ///
    /// @param given all it has, with the change: version 2 takes the rules as a whole
    void changeDevice(String rule, boolean allow, List<String> given) {
        if (UserNamespace.isNested()) {
            return;
        }
        if (!cgroup.write("devices", allow ? "devices.allow" : "devices.deny", rule)) {
            setDevices(given);
        }
    }

    private static void need(boolean done, String key, String controller) {
        if (!done) {
            throw Problem.failed(
                            key + " not set",
                            "the host has no cgroup controller \"" + controller + "\"",
                            "remove the key, or start the host with the controller")
                    .exception();
        }
    }
}
