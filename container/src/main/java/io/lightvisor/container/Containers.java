package io.lightvisor.container;

import io.lightvisor.container.seccomp.Abi;
import io.lightvisor.container.seccomp.DenyList;
import io.lightvisor.container.seccomp.SeccompPolicy;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.CgroupHierarchy;
import io.lightvisor.linux.cgroup.CgroupTree;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.Signal;
import io.lightvisor.linux.socket.SocketKind;
import io.lightvisor.linux.socket.UnixSocket;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// All containers that this daemon runs.
///
///     try (var containers = new Containers(run, launcher, "a1b2c3", events)) {
///         containers.recover();                          // those that an earlier daemon left running
///         var c1 = containers.start(spec);               // init has been executed
///         c1.exec(ExecSpec.of("true")).awaitExit();
///         c1.stopClean(Duration.ofSeconds(30));          // events.exited(...) is told as well
///     }                                                  // those still running go on
///
/// What lives on the host for each is a folder `run/ID`, cgroups `lightvisor.TAG/NAME`, the monitor's
/// process and, where there is AppArmor, a profile; all of it is found again after a crash of the daemon
/// and removed when the container ends.
public final class Containers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.container");

    /// Where the host's lxcfs(1) is, if it runs.
    private static final Path LXCFS = Path.of("/var/lib/lxcfs");

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /// Of the host, shown to every container that has a place for them; most are mount points that
    /// systemd looks for.
    private static final List<String> OPTIONAL_BINDS = List.of(
            "dev/fuse",
            "dev/net/tun",
            "proc/sys/fs/binfmt_misc",
            "sys/firmware/efi/efivars",
            "sys/fs/fuse/connections",
            "sys/fs/pstore",
            "sys/kernel/config",
            "sys/kernel/debug",
            "sys/kernel/security",
            "sys/kernel/tracing");

    private final Path runFolder;
    private final Lxcfs lxcfs;
    private final String daemonTag;
    private final ContainerEvents events;
    private final Launcher launcher;
    private final UserNamespaces userNamespaces;
    private final CgroupTree cgroups;
    private final Optional<AppArmor> appArmor;
    private final StartPlan.HostFacts host;
    private final String bootId;
    private final ConcurrentHashMap<Long, RunningContainer> running = new ConcurrentHashMap<>();
    private volatile LongFunction<MountPolicy> mountPolicies = _ -> MountPolicy.NONE;
    private volatile boolean closed;

    /// @param runFolder  `$LXD_DIR/run`; made if it is not there. AppArmor profiles are kept beside it, in
    ///     `security/`
    /// @param launcher   the program `lightvisor-monitor`
    /// @param daemonTag  tells this daemon's cgroups from those of others on the host; the same at every
    ///     start
    public Containers(Path runFolder, Path launcher, String daemonTag, ContainerEvents events) {
        this(runFolder, launcher, daemonTag, events, LXCFS);
    }

    Containers(Path runFolder, Path launcher, String daemonTag, ContainerEvents events, Path lxcfs) {
        this.lxcfs = new Lxcfs(lxcfs);
        this.runFolder = runFolder;
        this.daemonTag = daemonTag;
        this.events = events;
        try {
            Files.createDirectories(runFolder);
            bootId = Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.launcher = new Launcher(launcher);
        userNamespaces = new UserNamespaces(this.launcher);
        cgroups = CgroupTree.detect();
        appArmor =
                AppArmor.detect(daemonTag, runFolder.resolveSibling("security").resolve("apparmor"));
        var binds = new ArrayList<String>();
        for (String path : OPTIONAL_BINDS) {
            if (Files.exists(Path.of("/", path))) {
                binds.add(path);
            }
        }
        host = new StartPlan.HostFacts(
                view(cgroups), binds, appArmor.map(AppArmor::attribute).orElse(""));
    }

    /// Whether containers are confined by AppArmor on this host.
    public boolean hasAppArmor() {
        return appArmor.isPresent();
    }

    /// Which file systems containers may mount through us; by instance, asked at each mount.
    public void mountPolicies(LongFunction<MountPolicy> policies) {
        mountPolicies = policies;
    }

    /// Says that a container will soon be started, or a command in one: some of the kernel's part is got
    /// ready meanwhile. Returns at once.
    public void expectStart() {
        cgroups.expectMoves();
    }

    /// Starts a container. Returns when its init has been executed.
    ///
    /// @throws ProblemException naming the step, the call and its errno; nothing is left of the attempt.
    /// What
    ///     [StartSpec#nics] throws is its cause
    public RunningContainer start(StartSpec spec) throws InterruptedException {
        if (running.containsKey(spec.instanceId())) {
            throw Problem.conflict("The instance is already running").exception();
        }
        return new ContainerStart(this, spec).run();
    }

    /// The container of this instance, if it runs.
    public Optional<RunningContainer> find(long instanceId) {
        return Optional.ofNullable(running.get(instanceId));
    }

    /// The container that a process is in, by its cgroup: a guest cannot leave that, whatever namespaces
    /// it makes. Empty for a process of the host, and for one that has ended.
    ///
    /// @param pid in our pid namespace; the caller sees to it that it is still the process that is meant
    public Optional<RunningContainer> ofProcess(int pid) {
        return ContainerCgroup.nameOf(daemonTag, pid)
                .flatMap(name -> running.values().stream()
                        .filter(container -> container.name().equals(name))
                        .findAny());
    }

    /// All that run.
    public Collection<RunningContainer> all() {
        return List.copyOf(running.values());
    }

    /// After a start of the daemon: takes over what an earlier one left running, and says what has ended
    /// meanwhile. Cgroups and folders of containers that are no more are removed.
    public List<RecoveredContainer> recover() throws InterruptedException {
        var found = new ArrayList<RecoveredContainer>();
        var names = new HashSet<String>();
        for (long id : RunFolder.ids(runFolder)) {
            if (running.containsKey(id)) {
                continue;
            }
            RecoveredContainer recovered = recover(id, RunFolder.of(runFolder, id));
            recovered.running().ifPresent(container -> names.add(container.name()));
            found.add(recovered);
        }
        running.values().forEach(container -> names.add(container.name()));
        removeStrayCgroups(names);
        return found;
    }

    /// Stops watching. Containers go on; a later daemon finds them by [#recover].
    @Override
    public void close() {
        closed = true;
        running.values().forEach(container -> container.link().close());
        userNamespaces.close();
        launcher.close();
        if (running.isEmpty()) {
            removeParentCgroups();
            unloadProfiles();
        }
    }

    private void unloadProfiles() {
        if (appArmor.isEmpty()) {
            return;
        }
        try {
            appArmor.get().unloadAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "AppArmor profiles stay loaded", e);
        }
    }

    /// With the last container goes what all of them shared.
    private void removeParentCgroups() {
        String parent = ContainerCgroup.parent(daemonTag);
        for (CgroupHierarchy hierarchy : cgroups.hierarchies()) {
            for (String path : List.of(parent + "/" + MONITORS, parent)) {
                try {
                    Files.deleteIfExists(hierarchy.mountPoint().resolve(path));
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "cgroup {0} stays: {1}", path, e.getMessage());
                }
            }
        }
    }

    // ---- recovery

    private RecoveredContainer recover(long id, RunFolder folder) throws InterruptedException {
        var meta = folder.meta();
        if (meta.isEmpty()) {
            folder.remove();
            return ended(id, new ExitCause.MonitorLost());
        }
        if (meta.get().bootId().equals(bootId)) {
            try {
                var container = takeOver(id, meta.get(), folder);
                if (container.isPresent()) {
                    return new RecoveredContainer(id, container, Optional.empty());
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.ECONNREFUSED, Errno.ENOENT) && !e.is(Errno.ECONNRESET)) {
                    throw e;
                }
            }
        }
        ExitCause cause = folder.status()
                .orElseGet(() -> meta.get().bootId().equals(bootId)
                        ? new ExitCause.MonitorLost()
                        : new ExitCause.HostRestarted());
        var cgroup = ContainerCgroup.of(cgroups, daemonTag, meta.get().name());
        cgroup.killAll();
        cleanUp(folder, cgroup);
        return ended(id, cause);
    }

    private static RecoveredContainer ended(long id, ExitCause cause) {
        return new RecoveredContainer(id, Optional.empty(), Optional.of(cause));
    }

    private Optional<RunningContainer> takeOver(long id, RunFolder.Meta meta, RunFolder folder)
            throws InterruptedException {
        var socket = UnixSocket.connect(folder.control(), SocketKind.SEQUENTIAL_PACKET);
        socket.send(MonitorLink.Request.STATUS.with(0, 0));
        Report status = Report.of(socket.receive(Report.SIZE));
        if (status.type() != Report.Type.ANSWER || status.descriptors().isEmpty()) {
            status.close();
            socket.close();
            return Optional.empty();
        }
        Pidfd init = Pidfd.of(status.descriptors().getFirst(), status.a());
        return Optional.of(register(id, meta, init, ContainerCgroup.of(cgroups, daemonTag, meta.name()), socket, null));
    }

    private void removeStrayCgroups(HashSet<String> names) throws InterruptedException {
        var parent = ContainerCgroup.parent(daemonTag);
        var strays = new HashSet<String>();
        for (CgroupHierarchy hierarchy : cgroups.hierarchies()) {
            try (var entries = Files.newDirectoryStream(hierarchy.mountPoint().resolve(parent), Files::isDirectory)) {
                for (Path entry : entries) {
                    String name = String.valueOf(entry.getFileName());
                    if (!names.contains(name) && !name.equals(MONITORS)) {
                        strays.add(name);
                    }
                }
            } catch (IOException e) {
                // No container has been started yet.
            }
        }
        for (String name : strays) {
            LOG.log(System.Logger.Level.INFO, "removing cgroup {0}, whose container is no more", name);
            var stray = ContainerCgroup.of(cgroups, daemonTag, name);
            stray.killAll();
            stray.remove();
        }
    }

    // ---- for ContainerStart

    /// The group of all monitors on a host with cgroup v2 only; a container name cannot have a dot.
    private static final String MONITORS = "monitors.";

    /// Takes a monitor out of the daemon's own group, where the host's init would end it together with the
    /// daemon. With version 1 processes are told apart by the unit's name only, and stay.
    void adopt(Pidfd monitor) {
        if (cgroups.layout() != CgroupTree.Layout.V2) {
            return;
        }
        var group = cgroups.at(ContainerCgroup.parent(daemonTag) + "/" + MONITORS);
        try {
            group.attach(monitor.pid());
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            makeMonitorsGroup(group.path());
            group.attach(monitor.pid());
        }
    }

    private void makeMonitorsGroup(String path) {
        try {
            cgroups.create(path);
        } catch (SyscallException e) {
            // Another start was first.
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    Path runFolder() {
        return runFolder;
    }

    String daemonTag() {
        return daemonTag;
    }

    String bootId() {
        return bootId;
    }

    Lxcfs lxcfs() {
        return lxcfs;
    }

    Launcher launcher() {
        return launcher;
    }

    UserNamespaces userNamespaces() {
        return userNamespaces;
    }

    CgroupTree cgroups() {
        return cgroups;
    }

    Optional<AppArmor> appArmor() {
        return appArmor;
    }

    StartPlan.HostFacts host() {
        return host;
    }

    byte[] seccomp(SecuritySpec security) {
        if (!security.rawSeccomp().isBlank()) {
            return SeccompPolicy.compile(Abi.native64(), security.rawSeccomp());
        }
        return DenyList.compile(
                Abi.native64(),
                security.denyDefault(),
                security.denyCompat(),
                security.deny(),
                security.allow(),
                security.intercepts());
    }

    /// From now on the container is known, and its end will be told.
    RunningContainer register(
            long id,
            RunFolder.Meta meta,
            Pidfd init,
            ContainerCgroup cgroup,
            UnixSocket channel,
            Launcher.@Nullable Run run) {
        var link = new MonitorLink(channel, meta.name());
        var container = new RunningContainer(
                id,
                RunFolder.of(runFolder, id),
                meta,
                init,
                cgroup,
                link,
                launcher,
                host.appArmorAttribute(),
                () -> mountPolicies.apply(id));
        if (running.putIfAbsent(id, container) != null) {
            throw new IllegalStateException("instance " + id + " runs already");
        }
        link.listen(end -> onEnd(container, end, run));
        if (container.asks()) {
            Thread.ofVirtual().name("lightvisor:calls " + meta.name()).start(() -> answerCalls(container));
        }
        return container;
    }

    private static void answerCalls(RunningContainer container) {
        try {
            container.answerCalls();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "system calls of " + container.name() + " are not answered", e);
        }
    }

    private void onEnd(RunningContainer container, Report end, Launcher.@Nullable Run run) {
        ExitCause cause =
                end.type() == Report.Type.EXITED ? ExitCause.of(end.exited(), end.b()) : new ExitCause.MonitorLost();
        try {
            if (cause instanceof ExitCause.MonitorLost) {
                // Its death signal kills init, but is lost where an exec changed what init is (AppArmor does).
                container.initPidfd().signal(Signal.KILL);
                container.thaw();
                container.initPidfd().awaitEnd();
            }
            cleanUp(RunFolder.of(runFolder, container.instanceId()), container.cgroup());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "container " + container.name() + " not cleaned up whole", e);
        } finally {
            running.remove(container.instanceId(), container);
            if (run != null) {
                run.close();
            }
            container.initPidfd().close();
            container.ended().complete(cause);
        }
        if (!closed) {
            events.exited(container.instanceId(), cause);
        }
    }

    /// Removes what a container has on the host, its processes having ended.
    private static void cleanUp(RunFolder folder, ContainerCgroup cgroup) throws InterruptedException {
        cgroup.remove();
        folder.remove();
    }

    private static CgroupView view(CgroupTree tree) {
        if (tree.layout() == CgroupTree.Layout.V2) {
            return new CgroupView(true, List.of());
        }
        var hierarchies = new ArrayList<CgroupView.Hierarchy>();
        for (CgroupHierarchy hierarchy : tree.hierarchies()) {
            String folder = String.valueOf(hierarchy.mountPoint().getFileName());
            if (hierarchy.unified()) {
                hierarchies.add(new CgroupView.Hierarchy("unified", 2, ""));
            } else if (hierarchy.controllers().isEmpty()) {
                hierarchies.add(new CgroupView.Hierarchy(folder, 1, "none,name=" + hierarchy.name()));
            } else {
                var controllers = new ArrayList<>(hierarchy.controllers());
                controllers.sort(null);
                hierarchies.add(new CgroupView.Hierarchy(folder, 1, String.join(",", controllers)));
            }
        }
        return new CgroupView(false, hierarchies);
    }
}
