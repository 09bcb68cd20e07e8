package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.container.plan.Steps;
import io.lightvisor.container.seccomp.Interception;
import io.lightvisor.linux.process.ResourceLimit;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes the steps that make a container out of a fresh process. Pure: what is there on the host comes in
/// [HostFacts], and
/// descriptors only as the numbers they have in the launcher.
///
/// The order is the kernel's: ids before anything that asks for rights in the new user namespace; the new
/// root before any
/// path of the guest; /proc and /sys while the host's are still mounted beside them; everything of the host
/// gone before the guest's first instruction.
final class StartPlan {
    /// A folder that every host has and everyone may look into; the root is put together there, in the mount
    /// namespace of the container only, and then becomes its root.
    private static final String STAGING = "/tmp";

    private static final long NEWUSER = 0x10000000L;
    private static final long NAMESPACES = 0x00020000L // mount
            | 0x04000000L // uts
            | 0x08000000L // ipc
            | 0x20000000L // pid
            | 0x40000000L; // network
    private static final long NEWCGROUP = 0x02000000L;

    private static final long NOSUID = 2;
    private static final long NODEV = 4;
    private static final long NOEXEC = 8;
    private static final long RECURSIVE = 0x4000;
    private static final long PRIVATE = 1 << 18;
    private static final long SHARED = 1 << 20;

    private static final int S_IFCHR = 0020000;
    private static final int SIGKILL = 9;

    /// CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_TIME, CAP_MAC_OVERRIDE, CAP_MAC_ADMIN: what root could use
    /// against the host
    /// in spite of every namespace.
    static final long PRIVILEGED_DROPS = 1L << 16 | 1L << 17 | 1L << 25 | 1L << 32 | 1L << 33;

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// Character devices that every program expects: name, minor of major 1 or 5.
    private static final String[] DEVICES = {"null", "zero", "full", "random", "urandom", "tty"};
    private static final int[][] NUMBERS = {{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}};

    /// What the host has, as far as a plan depends on it.
    ///
    /// @param optionalBinds paths below `/`, without the slash, that exist on the host and are shown to
    ///     containers
    /// @param appArmorAttribute file that takes the profile for the next exec, or empty if the host has no
    ///     AppArmor
    record HostFacts(CgroupView cgroups, List<String> optionalBinds, String appArmorAttribute) {
        HostFacts {
            optionalBinds = List.copyOf(optionalBinds);
        }
    }

    /// A mount made ready by Java.
    record Placed(int fd, String target, boolean folder, boolean optional) {}

    /// What differs from start to start and is not the spec's: numbers in the launcher, and things made for
    /// this one.
    ///
    /// @param cgroupProcs `cgroup.procs` of each v1 hierarchy
    /// @param root       the root itself, or the layers of it, topmost first
    /// @param upper      the folder of the upper layer, or -1 if there are no layers
    /// @param bootId     random, in the form of a UUID
    /// @param appArmorProfile name, or empty for none
    /// @param seccomp    program, empty for none
    /// @param views      files and folders of lxcfs to be seen in place of the kernel's, as paths below `/`
    /// @param viewsFrom  where they are on the host, a path below `/`
    record Prepared(
            List<String> cgroupProcs,
            List<Integer> root,
            int upper,
            List<Placed> mounts,
            String bootId,
            String appArmorProfile,
            byte[] seccomp,
            List<String> views,
            String viewsFrom) {}

    private final StartSpec spec;
    private final HostFacts host;
    private final Prepared prepared;

    private StartPlan(StartSpec spec, HostFacts host, Prepared prepared) {
        this.spec = spec;
        this.host = host;
        this.prepared = prepared;
    }

    /// A plan without steps; descriptors are given to it before [#write].
    static Plan begin(StartSpec spec) {
        return new Plan(Plan.Kind.START, spec.privileged() ? NAMESPACES : NAMESPACES | NEWUSER);
    }

    static void write(Plan plan, StartSpec spec, HostFacts host, Prepared prepared) {
        var writer = new StartPlan(spec, host, prepared);
        writer.parent(plan.parent());
        writer.child(plan.child());
    }

    private void parent(Steps steps) {
        prepared.cgroupProcs().forEach(steps::attach);
        if (!spec.privileged()) {
            steps.procWrite("uid_map", spec.idmap().mapFile(Idmap.Kind.UID));
            steps.procWrite("gid_map", spec.idmap().mapFile(Idmap.Kind.GID));
        }
        // What protects the daemon from the OOM killer is not for its containers.
        steps.procWrite("oom_score_adj", "0");
        new TreeMap<>(spec.security().raw().processFiles()).forEach(steps::procWrite);
        rlimits(steps, spec.rlimits());
    }

    /// The resource limits of a process that is about to begin.
    static void rlimits(Steps steps, Map<String, StartSpec.Rlimit> rlimits) {
        rlimits.forEach((name, limit) -> steps.rlimit(
                ResourceLimit.named(name)
                        .orElseThrow(() -> Problem.badValue("resource limit", name, "the kernel has none of this name")
                                .exception())
                        .number(),
                limit.soft(),
                limit.hard()));
    }

    private void child(Steps steps) {
        steps.ids(0, 0);
        steps.deathSignal(SIGKILL);
        steps.newSession();
        steps.umask(0);
        if (!prepared.appArmorProfile().isEmpty()) {
            steps.write(host.appArmorAttribute(), "exec " + prepared.appArmorProfile(), 0, 0);
        }
        // After the parent has put this process into its cgroups: their place becomes the root that the guest sees.
        steps.unshare(NEWCGROUP);
        steps.mount("none", "/", "", RECURSIVE | PRIVATE, "", 0);
        root(steps);
        kernelFileSystems(steps);
        devices(steps);
        cgroups(steps);
        for (Placed mount : prepared.mounts()) {
            int how = (mount.folder() ? Steps.MAKE_DIR : Steps.MAKE_FILE) | (mount.optional() ? Steps.OPTIONAL : 0);
            steps.place(mount.fd(), mount.target(), how);
        }
        for (var mount : spec.security().raw().mounts()) {
            int how = (mount.folder() ? Steps.MAKE_DIR : 0) | (mount.optional() ? Steps.OPTIONAL : 0);
            steps.mount(mount.source(), mount.target(), mount.type(), mount.flags(), mount.data(), how);
        }
        steps.leaveOldRoot();
        steps.hostname(spec.hostname());
        steps.awaitGo();
        last(steps);
    }

    private void root(Steps steps) {
        if (prepared.upper() < 0) {
            steps.place(prepared.root().getFirst(), STAGING, 0);
            steps.pivot(STAGING);
            return;
        }
        steps.mount("lightvisor", STAGING, "tmpfs", NOSUID | NODEV, "mode=700,size=64k", 0);
        steps.changeDirectory(STAGING, 0);
        var lowers = new StringBuilder();
        for (int i = 0; i < prepared.root().size(); i++) {
            steps.makeDirectory("l" + i, 0700);
            steps.place(prepared.root().get(i), "l" + i, 0);
            lowers.append(i == 0 ? "l" : ":l").append(i);
        }
        steps.makeDirectory("u", 0700);
        steps.place(prepared.upper(), "u", 0);
        steps.makeDirectory("root", 0700);
        // userxattr also for a privileged container: its layers then mean the same when it becomes unprivileged.
        String data = "lowerdir=" + lowers + ",upperdir=u/upper,workdir=u/work,userxattr";
        steps.mount("overlay", "root", "overlay", 0, data, 0);
        steps.pivot("root");
    }

    private void kernelFileSystems(Steps steps) {
        steps.mount("proc", "/proc", "proc", NOSUID | NODEV | NOEXEC, "", Steps.MAKE_DIR);
        steps.mount("sysfs", "/sys", "sysfs", NOSUID | NODEV | NOEXEC, "", Steps.MAKE_DIR);
        for (String view : prepared.views()) {
            steps.bind(prepared.viewsFrom() + "/" + view, "/" + view, Steps.OPTIONAL);
        }
        for (String path : host.optionalBinds()) {
            if (!path.startsWith("dev/")) {
                steps.bind(path, "/" + path, Steps.RECURSIVE | Steps.OPTIONAL);
            }
        }
    }

    private void devices(Steps steps) {
        steps.mount("none", "/dev", "tmpfs", NOSUID, "mode=755,size=500000", Steps.MAKE_DIR);
        for (int i = 0; i < DEVICES.length; i++) {
            if (spec.privileged()) {
                steps.makeNode("/dev/" + DEVICES[i], S_IFCHR | 0666, NUMBERS[i][0], NUMBERS[i][1]);
            } else {
                steps.bind("dev/" + DEVICES[i], "/dev/" + DEVICES[i], Steps.MAKE_FILE);
            }
        }
        for (String path : host.optionalBinds()) {
            if (path.startsWith("dev/")) {
                steps.bind(path, "/" + path, Steps.OPTIONAL | Steps.MAKE_FILE);
            }
        }
        steps.symlink("/proc/self/fd", "/dev/fd");
        steps.symlink("/proc/self/fd/0", "/dev/stdin");
        steps.symlink("/proc/self/fd/1", "/dev/stdout");
        steps.symlink("/proc/self/fd/2", "/dev/stderr");
        steps.makeDirectory("/dev/shm", 01777);
        steps.mount("none", "/dev/shm", "tmpfs", NOSUID | NODEV, "mode=1777", 0);
        steps.makeDirectory("/dev/mqueue", 01777);
        steps.mount("mqueue", "/dev/mqueue", "mqueue", NOSUID | NODEV | NOEXEC, "", 0);
        steps.makeDirectory("/dev/pts", 0755);
        steps.mount(
                "devpts", "/dev/pts", "devpts", NOSUID | NOEXEC, "newinstance,gid=5,mode=620,ptmxmode=666,max=1024", 0);
        steps.bind("/dev/pts/ptmx", "/dev/ptmx", Steps.INSIDE | Steps.MAKE_FILE);
        steps.console(0, 0);
        steps.bind("/dev/pts/0", "/dev/console", Steps.INSIDE | Steps.MAKE_FILE);
        steps.write("/dev/.lxc-boot-id", prepared.bootId() + "\n", 0444, 0);
        steps.bind("/dev/.lxc-boot-id", "/proc/sys/kernel/random/boot_id", Steps.INSIDE | Steps.READ_ONLY);
        if (spec.nesting()) {
            // The kernel lets a user namespace mount proc and sysfs only where it can see untouched ones.
            steps.mount("proc", "/dev/.lxc/proc", "proc", NOSUID | NODEV | NOEXEC, "", Steps.MAKE_DIR);
            steps.mount("sys", "/dev/.lxc/sys", "sysfs", NOSUID | NODEV | NOEXEC, "", Steps.MAKE_DIR);
        }
    }

    private void cgroups(Steps steps) {
        if (host.cgroups().unified()) {
            steps.mount("cgroup2", "/sys/fs/cgroup", "cgroup2", NOSUID | NODEV | NOEXEC, "", 0);
            return;
        }
        steps.mount("cgroup_root", "/sys/fs/cgroup", "tmpfs", NOSUID | NODEV | NOEXEC, "mode=755,size=10240k", 0);
        for (var hierarchy : host.cgroups().hierarchies()) {
            String folder = "/sys/fs/cgroup/" + hierarchy.folder();
            String type = hierarchy.version() == 2 ? "cgroup2" : "cgroup";
            steps.makeDirectory(folder, 0755);
            steps.mount(type, folder, type, NOSUID | NODEV | NOEXEC, hierarchy.options(), 0);
            if (spec.nesting() && hierarchy.version() == 2) {
                // crun(1) refuses to work where version 2 has controllers beside those of version 1; nothing inside
                // uses
                // them.
                steps.write("/sys/fs/cgroup/.none", "", 0444, 0);
                steps.bind(
                        "/sys/fs/cgroup/.none",
                        folder + "/cgroup.controllers",
                        Steps.INSIDE | Steps.READ_ONLY | Steps.OPTIONAL);
            }
            // Controllers that share a hierarchy (cpu,cpuacct) are also looked for by their own names.
            if (hierarchy.folder().indexOf(',') > 0) {
                for (String controller : hierarchy.folder().split(",")) {
                    steps.symlink(hierarchy.folder(), "/sys/fs/cgroup/" + controller);
                }
            }
        }
    }

    private void last(Steps steps) {
        for (var sysctl : new TreeMap<>(spec.sysctls()).entrySet()) {
            steps.write("/proc/sys/" + sysctlPath(sysctl.getKey()), sysctl.getValue(), 0, 0);
        }
        if (spec.privileged()) {
            mask(steps, spec.security().raw());
        }
        // systemd and Docker expect mounts to propagate among the guest's own namespaces.
        steps.mount("none", "/", "", RECURSIVE | SHARED, "", 0);
        steps.dropCapabilities(drops(spec));
        steps.changeDirectory("/", 0);
        steps.stdio(-1, -1, -1);
        steps.takeTerminal();
        steps.umask(022);
        if (prepared.seccomp().length > 0) {
            steps.seccomp(prepared.seccomp(), Interception.asks(prepared.seccomp()));
        }
        var environment = new TreeMap<>(spec.environment());
        environment.putIfAbsent("container", "lxc");
        steps.execute(spec.init(), environment, environment.getOrDefault("PATH", PATH), "");
    }

    /// Root of a privileged container is the host's root: what it could change in the host through /proc
    /// and /sys is read-only, except what belongs to its own network namespace.
    private static void mask(Steps steps, RawSettings raw) {
        if (!raw.openProc()) {
            for (String path : List.of("/proc/sys", "/proc/sysrq-trigger", "/proc/bus", "/proc/irq")) {
                steps.bind(path, path, Steps.INSIDE | Steps.RECURSIVE | Steps.READ_ONLY | Steps.OPTIONAL);
            }
            steps.bind("/proc/sys/net", "/proc/sys/net", Steps.INSIDE | Steps.WRITABLE);
            steps.bind("/dev/null", "/proc/kcore", Steps.INSIDE | Steps.OPTIONAL);
        }
        if (!raw.openSys()) {
            steps.readOnly("/sys");
            steps.bind(
                    "/sys/devices/virtual/net",
                    "/sys/devices/virtual/net",
                    Steps.INSIDE | Steps.WRITABLE | Steps.OPTIONAL);
        }
    }

    /// Capabilities that nothing in the container may have, as bits.
    static long drops(StartSpec spec) {
        return spec.security().raw().drops().orElse(Capabilities.usualDrops(spec.privileged()));
    }

    /// `net.ipv4.ip_forward` is `net/ipv4/ip_forward`; names with dots in them are written with slashes, as
    /// sysctl(8) has it.
    private static String sysctlPath(String key) {
        boolean slashes = key.indexOf('/') >= 0;
        var parts = new ArrayList<String>();
        for (String part : key.split(slashes ? "/" : "\\.", -1)) {
            if (part.isEmpty() || part.equals("..") || part.equals(".")) {
                throw Problem.badValue("sysctl", key, "a name is like net.ipv4.ip_forward")
                        .exception();
            }
            parts.add(part);
        }
        return String.join("/", parts);
    }
}
