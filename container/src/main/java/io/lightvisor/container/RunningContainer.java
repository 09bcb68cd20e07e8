package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.container.plan.Steps;
import io.lightvisor.container.seccomp.Interception;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.BlockThrottle;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.process.Namespace;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.ProcStatus;
import io.lightvisor.linux.socket.Pipe;
import io.lightvisor.linux.socket.UnixSocket;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A container that runs. Everything here may be called by many threads at once, also while the container
/// ends:
/// then it throws, or does nothing where nothing is left to do.
public final class RunningContainer {
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGUSR2 = 12;
    private static final int SIGPWR = 30;
    /// SIGRTMIN+3, which asks systemd to halt; the kernel's number, the C library keeps the first two.
    private static final int SIGRTMIN_3 = 37;

    private static final long NEWNS = 0x00020000L;
    private static final long NEWCGROUP = 0x02000000L;
    private static final long NEWUTS = 0x04000000L;
    private static final long NEWIPC = 0x08000000L;
    private static final long NEWUSER = 0x10000000L;
    private static final long NEWNET = 0x40000000L;

    private static final int READ_RING_LIMIT = 1 << 20;
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// How long a new init may take to say which signal it listens to, and how often that is looked at.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final long instanceId;
    private final RunFolder folder;
    private final RunFolder.Meta meta;
    private final Pidfd init;
    private final ContainerCgroup cgroup;
    private final MonitorLink link;
    private final Launcher launcher;
    private final String appArmorAttribute;
    private final Supplier<MountPolicy> mountPolicy;
    /// Guards the file of device rules in the run folder.
    private final Object deviceRules = new Object();

    private final CompletableFuture<ExitCause> ended = new CompletableFuture<>();

    RunningContainer(
            long instanceId,
            RunFolder folder,
            RunFolder.Meta meta,
            Pidfd init,
            ContainerCgroup cgroup,
            MonitorLink link,
            Launcher launcher,
            String appArmorAttribute,
            Supplier<MountPolicy> mountPolicy) {
        this.mountPolicy = mountPolicy;
        this.instanceId = instanceId;
        this.folder = folder;
        this.meta = meta;
        this.init = init;
        this.cgroup = cgroup;
        this.link = link;
        this.launcher = launcher;
        this.appArmorAttribute = appArmorAttribute;
    }

    public long instanceId() {
        return instanceId;
    }

    /// `c1` or `project_c1`, as it was when the container started.
    public String name() {
        return meta.name();
    }

    /// The container's first process, as the host sees it.
    public int initPid() {
        return init.pid();
    }

    /// A handle on it. It stays this container's; do not close it.
    public Pidfd initPidfd() {
        return init;
    }

    public Instant startedAt() {
        return meta.startedAt();
    }

    /// Completes when the container has ended and nothing of it is left. Never completes exceptionally.
    public CompletableFuture<ExitCause> ended() {
        return ended;
    }

    /// Its network namespace, to look into or to move interfaces to. Close it.
    public Fd netns() {
        return Namespace.NET.of(init.pid());
    }

    /// The root that its init sees, with what is mounted in it, as a place to walk from. Close it.
    ///
    /// @throws SyscallException with `ESRCH` if the container has ended
    public DirFd root() {
        var root = DirFd.of(Open.path("/proc/" + init.pid() + "/root", OpenFlag.PATH, OpenFlag.DIRECTORY));
        // Only now it is sure that the number was still that process's.
        if (init.hasEnded()) {
            root.close();
            throw new SyscallException("open(2)", "root of " + meta.name(), Errno.ESRCH);
        }
        return root;
    }

    /// Its mount namespace. Close it.
    public Fd mountNamespace() {
        return Namespace.MOUNT.of(init.pid());
    }

    // ---- ending

    /// Asks init to shut down, and waits until the container has ended. Which signal asks is read off init
    /// itself:
    /// systemd blocks SIGRTMIN+3 and halts by it, busybox init powers off by SIGUSR2, others halt by
    /// SIGPWR.
    ///
    /// @param timeout null to wait for ever
    /// @throws TimeoutException if the container still runs then; nothing is killed
    public void stopClean(@Nullable Duration timeout) throws InterruptedException, TimeoutException {
        long begin = System.nanoTime();
        boolean heard = isReadyToHalt();
        init.signal(haltSignal());
        thaw();
        if (!heard) {
            askAgain(timeout == null || timeout.compareTo(PATIENCE) > 0 ? PATIENCE : timeout);
        }
        await(timeout == null ? null : timeout.minusNanos(System.nanoTime() - begin));
    }

    /// The kernel drops a signal that the first process of a pid namespace does not handle
    /// (pid_namespaces(7)), so one
    /// that came in the first milliseconds of init may be lost, and the stop would wait for ever. Nothing
    /// wakes us when
    /// a process installs a handler: this looks until it has, and asks once more then. An init that waits
    /// for signals
    /// by sigtimedwait(2) shows neither a handler nor a block, and has heard the first one.
    private void askAgain(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            try {
                await(LOOK_AGAIN);
                return;
            } catch (TimeoutException e) {
                if (isReadyToHalt()) {
                    init.signal(haltSignal());
                    return;
                }
            }
        }
    }

    private boolean isReadyToHalt() {
        var status = ProcStatus.find(init.pid());
        if (status.isEmpty()) {
            return true;
        }
        for (int signal : new int[] {SIGRTMIN_3, SIGPWR, SIGUSR2}) {
            if (status.get().handles(signal) || status.get().blocks(signal)) {
                return true;
            }
        }
        return false;
    }

    /// Asks init to restart the system: SIGINT. The container ends with [ExitCause.Rebooted] if its init
    /// obeys.
    public void requestReboot() {
        init.signal(SIGINT);
        thaw();
    }

    /// Kills everything inside at once, and returns when nothing of the container is left. Killing the
    /// first process of a pid namespace kills all others and lets no new ones be made, so a fork bomb
    /// cannot run away from it.
    public void kill() throws InterruptedException {
        init.signal(SIGKILL);
        // Cgroup v1 does not deliver even this signal to a frozen process.
        thaw();
        try {
            await(null);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(@Nullable Duration timeout) throws InterruptedException, TimeoutException {
        try {
            if (timeout == null) {
                ended.get();
            } else {
                ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private int haltSignal() {
        var status = ProcStatus.find(init.pid());
        if (status.isEmpty()) {
            return SIGPWR;
        }
        var init = status.get();
        if (init.blocks(SIGRTMIN_3)) {
            return SIGRTMIN_3;
        }
        boolean power = init.handles(SIGPWR) || init.blocks(SIGPWR);
        boolean busybox = init.handles(SIGUSR2) || init.blocks(SIGUSR2);
        return !power && busybox ? SIGUSR2 : SIGPWR;
    }

    // ---- pausing

    /// Stops all processes where they are; returns when they have stopped. Does nothing if they are.
    public void freeze() throws InterruptedException {
        cgroup.freeze();
    }

    /// Lets them go on. Does nothing if they do, or if the container has ended.
    public void thaw() {
        cgroup.thaw();
    }

    public boolean frozen() {
        return cgroup.frozen();
    }

    // ---- limits and usage

    /// Sets all limits anew, on the running container; what is absent is lifted.
    public void apply(Limits limits) {
        cgroup.apply(limits);
    }

    public Usage usage() {
        return cgroup.usage();
    }

    // ---- commands

    /// Runs a command inside. Returns as soon as the command is about to be executed.
    ///
    /// @throws io.lightvisor.model.ProblemException if the container cannot be entered. A command that is
    /// not
    ///     there is no
    ///     exception: its exit code is 127
    public ExecSession exec(ExecSpec spec) throws InterruptedException {
        if (spec.terminal().isPresent()) {
            return launch(spec, null, null);
        }
        var stdin = Pipe.create();
        var stdout = Pipe.create();
        var stderr = Pipe.create();
        var ours = new LaunchedExec.Pipes(stdin.write(), stdout.read(), stderr.read());
        try (Fd in = stdin.read();
                Fd out = stdout.write();
                Fd err = stderr.write()) {
            return launch(spec, ours, new LaunchedExec.Pipes(in, out, err));
        } catch (RuntimeException | InterruptedException e) {
            ours.stdin().close();
            ours.stdout().close();
            ours.stderr().close();
            throw e;
        }
    }

    private ExecSession launch(ExecSpec spec, LaunchedExec.@Nullable Pipes ours, LaunchedExec.@Nullable Pipes theirs)
            throws InterruptedException {
        var plan = new Plan(Plan.Kind.ENTER, 0);
        var steps = plan.child();
        StartPlan.rlimits(steps, spec.rlimits());
        enter(plan);
        becomeUser(spec, steps, plan, theirs);
        return accept(run(plan), ours);
    }

    /// The first steps of everything that goes in from outside.
    private void enter(Plan plan) {
        enter(plan, init);
    }

    private void enter(Plan plan, Pidfd process) {
        int pidfd = plan.enters(process.fd());
        var steps = plan.child();
        cgroup.procsFiles().forEach(steps::join);
        steps.write("/proc/self/oom_score_adj", "0", 0, 0);
        if (!meta.appArmorProfile().isEmpty()) {
            steps.write(appArmorAttribute, "exec " + meta.appArmorProfile(), 0, 0);
        }
        long namespaces = NEWNS | NEWUTS | NEWIPC | NEWNET | NEWCGROUP;
        steps.setns(pidfd, meta.privileged() ? namespaces : namespaces | NEWUSER);
    }

    private Launcher.Run run(Plan plan) {
        String title = "[lightvisor exec] " + meta.name();
        var unified = cgroup.openForCommands();
        if (unified.isEmpty()) {
            return launcher.run(plan, title);
        }
        try (var folder = unified.get()) {
            plan.bornIn(folder.fd());
            return launcher.run(plan, title);
        }
    }

    /// First root of the container, who may make a terminal and give it away, then the user asked for.
    private void becomeUser(ExecSpec spec, Steps steps, Plan plan, LaunchedExec.@Nullable Pipes theirs) {
        steps.ids(0, 0);
        steps.newSession();
        steps.umask(022);
        if (theirs == null) {
            WindowSize size = spec.terminal().orElse(new WindowSize(0, 0));
            steps.terminal(size.columns(), size.rows(), spec.uid(), 5);
            steps.stdio(-1, -1, -1);
            steps.takeTerminal();
        } else {
            steps.stdio(plan.give(theirs.stdin()), plan.give(theirs.stdout()), plan.give(theirs.stderr()));
        }
        steps.dropCapabilities(meta.drops());
        if (meta.seccomp().length > 0) {
            steps.seccomp(meta.seccomp(), Interception.asks(meta.seccomp()));
        }
        if (spec.uid() != 0 || spec.gid() != 0) {
            steps.ids(spec.uid(), spec.gid());
        }
        var environment = new TreeMap<>(spec.environment());
        environment.putIfAbsent("container", "lxc");
        environment.putIfAbsent("PATH", PATH);
        steps.execute(spec.command(), environment, environment.getOrDefault("PATH", PATH), spec.cwd());
    }

    /// Two reports come: the parent's with the process, the child's when it is about to execute. Either may
    /// be first.
    private LaunchedExec accept(Launcher.Run run, LaunchedExec.@Nullable Pipes ours) throws InterruptedException {
        Pidfd process = null;
        Fd terminal = null;
        Report early = null;
        boolean running = false;
        while (process == null || !running) {
            Report report = run.next();
            switch (report.type()) {
                case CREATED -> process = Pidfd.of(report.descriptors().getFirst(), report.a());
                case LISTENER -> answerCallsOf(report.descriptors().getFirst());
                case RUNNING -> {
                    running = true;
                    terminal = report.descriptors().isEmpty()
                            ? null
                            : report.descriptors().getFirst();
                }
                default -> {
                    report.close();
                    run.close();
                    if (process != null) {
                        process.close();
                    }
                    throw notEntered(report);
                }
            }
        }
        if (ours == null && terminal == null) {
            throw new IllegalStateException("the launcher sent no terminal");
        }
        return new LaunchedExec(run, process, terminal, ours).watch(early);
    }

    private RuntimeException notEntered(Report report) {
        String why = report.type() == Report.Type.FAILED
                ? report.stage() + ": " + report.cause()
                : "the container has ended meanwhile";
        return Problem.failed("command not started in " + meta.name(), why).exception();
    }

    // ---- mounts and devices that come and go

    /// Makes a file or folder of the host appear in the running container; what is at the target already is
    /// covered.
    public void attach(MountSpec mount) throws InterruptedException {
        try (var user = userNamespace();
                var tree = trees(user).mount(mount)) {
            boolean folder = tree.fd().stat().isDirectory();
            change(
                    "mount " + mount.target() + " not attached",
                    (plan, steps) -> steps.place(
                            plan.give(tree.fd()), mount.target(), folder ? Steps.MAKE_DIR : Steps.MAKE_FILE));
        }
        var device = ContainerCgroup.device(mount);
        if (device.isPresent()) {
            allow(device.get(), true);
        }
    }

    /// Takes a mount away again; does nothing if the guest has done so. Who uses it inside keeps what is
    /// open.
    public void detach(MountSpec mount) throws InterruptedException {
        detach(mount.target());
        var device = ContainerCgroup.device(mount);
        if (device.isPresent()) {
            allow(device.get(), false);
        }
    }

    /// Takes the topmost mount at a path away.
    public void detach(String target) throws InterruptedException {
        change("mount " + target + " not detached", (plan, steps) -> steps.unmount(target));
    }

    /// Gives the running container one more device.
    public void attach(NodeSpec node) throws InterruptedException {
        String failed = "device " + node.path() + " not attached";
        allow(ContainerCgroup.rule(node), true);
        try (var user = userNamespace();
                var tree = trees(user).node(node)) {
            change(failed, (plan, steps) -> steps.place(plan.give(tree.fd()), node.path(), Steps.MAKE_FILE));
        } catch (RuntimeException | InterruptedException e) {
            allow(ContainerCgroup.rule(node), false);
            throw e;
        }
    }

    /// Takes a device away again. A process that has it open keeps it open.
    public void detach(NodeSpec node) throws InterruptedException {
        change("device " + node.path() + " not detached", (plan, steps) -> {
            steps.unmount(node.path());
            steps.unlink(node.path());
        });
        HostTrees.forget(folder, node.path());
        allow(ContainerCgroup.rule(node), false);
    }

    /// Starts a process that forwards connections from or into this container. It ends with the container's init, and
    /// goes on when the daemon ends.
    ///
    /// @return its pid
    public int forward(ForwardSpec spec) throws InterruptedException {
        return Forwarder.start(launcher, init, spec);
    }

    /// The host's id of an id of the container; -1 if it has none.
    public long hostId(Idmap.Kind kind, long inside) {
        return idmap().toHost(kind, inside);
    }

    /// A device that was given to this container at a path, by this daemon or an earlier one.
    public Optional<NodeSpec> node(String path) {
        return HostTrees.find(folder, idmap(), path);
    }

    /// Limits how fast disks may be used; a limit that is absent is lifted.
    ///
    /// @throws io.lightvisor.model.ProblemException if the host cannot
    public void throttle(List<BlockThrottle> throttles) {
        throttles.forEach(cgroup::throttle);
    }

    private void allow(String rule, boolean allowed) {
        synchronized (deviceRules) {
            var rules = new ArrayList<>(folder.devices());
            if (allowed) {
                rules.add(rule);
            } else {
                rules.remove(rule);
            }
            folder.saveDevices(rules);
            // Another path inside may lead to the same device, and some every container may use.
            if (allowed || !rules.contains(rule) && !ContainerCgroup.isUsual(rule)) {
                cgroup.changeDevice(rule, allowed, rules);
            }
        }
    }

    // ---- for system calls that are answered for the container

    /// Who answers the calls that the seccomp program of this container hands on.
    private InterceptedCalls calls() {
        return new InterceptedCalls(this, new InterceptedMounts(this, mountPolicy));
    }

    private void answerCallsOf(Fd listener) {
        CallListener.start(listener, calls(), meta.name());
    }

    /// Whether its seccomp program hands calls on.
    boolean asks() {
        return Interception.asks(meta.seccomp());
    }

    /// Begins to answer the calls of what init has started. The monitor keeps the
    /// listener, so calls that were made while no daemon ran are answered now.
    void answerCalls() throws InterruptedException {
        try (Report answer = link.ask(MonitorLink.Request.LISTENER, 0, 0)) {
            answerCallsOf(answer.descriptors().getFirst().dup());
        } catch (SyscallException e) {
            // Its end is told elsewhere.
            if (!e.is(Errno.ECONNRESET)) {
                throw e;
            }
        }
    }

    /// As `readlink /proc/PID/ns/user` has it.
    String userNamespaceName() {
        return CallerFacts.userNamespace(init.pid());
    }

    /// A device for one process of this container and all that see the same mounts.
    void attachFor(Pidfd process, NodeSpec node) throws InterruptedException {
        // Its file is kept under a name that no device of the instance has.
        var hidden = new NodeSpec(
                "/.calls" + node.path(), node.block(), node.major(), node.minor(), node.mode(), node.uid(), node.gid());
        try (var user = userNamespace();
                var tree = trees(user).node(hidden)) {
            change(
                    process,
                    "device " + node.path() + " not made",
                    (plan, steps) -> steps.place(plan.give(tree.fd()), node.path(), Steps.MAKE_FILE));
        }
    }

    /// A mount for one process of this container and all that see the same mounts.
    void placeFor(Pidfd process, DetachedMount mount, String target) throws InterruptedException {
        change(
                process,
                "mount " + target + " not made",
                (plan, steps) -> steps.place(plan.give(mount.fd()), target, 0));
    }

    /// Whether an open folder is a group of cgroup v2 that lies below the container's own.
    boolean isOwnGroup(Fd group) {
        var stat = group.stat();
        return cgroup.hasBelow(stat.device(), stat.inode());
    }

    /// Whether the container was given this block device.
    boolean mayUseBlockDevice(int major, int minor) {
        String rule = "b " + major + ":" + minor + " ";
        return folder.devices().stream().anyMatch(each -> each.startsWith(rule) || each.equals("a"));
    }

    private interface Change {
        void write(Plan plan, Steps steps);
    }

    /// Carries out steps inside, as the container's root.
    private void change(String failed, Change change) throws InterruptedException {
        change(init, failed, change);
    }

    /// @param of whose mounts are changed
    private void change(Pidfd of, String failed, Change change) throws InterruptedException {
        var plan = new Plan(Plan.Kind.ENTER, 0);
        enter(plan, of);
        plan.child().ids(0, 0);
        change.write(plan, plan.child());
        try (var run = run(plan)) {
            while (true) {
                try (Report report = run.next()) {
                    switch (report.type()) {
                        case CREATED -> {}
                        case EXITED -> {
                            return;
                        }
                        case FAILED ->
                            throw Problem.failed(failed, report.stage() + ": " + report.cause())
                                    .exception();
                        default ->
                            throw Problem.failed(failed, "the container has ended meanwhile")
                                    .exception();
                    }
                }
            }
        }
    }

    private Fd userNamespace() {
        return Namespace.USER.of(init.pid());
    }

    private HostTrees trees(Fd userNamespace) {
        return new HostTrees(folder, idmap(), () -> userNamespace);
    }

    /// Its id map, as the kernel has it.
    public Idmap idmap() {
        if (meta.privileged()) {
            return Idmap.HOST;
        }
        var entries = new ArrayList<Idmap.Entry>();
        for (var kind : Idmap.Kind.values()) {
            String file = "/proc/" + init.pid() + (kind == Idmap.Kind.UID ? "/uid_map" : "/gid_map");
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] words = line.strip().split("\\s+");
                    entries.add(new Idmap.Entry(
                            kind, Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])));
                }
            } catch (IOException e) {
                throw Problem.failed("id map of " + meta.name() + " not read", String.valueOf(e.getMessage()))
                        .exception(e);
            }
        }
        return new Idmap(entries);
    }

    // ---- console

    /// Goes to the console, if nobody is there.
    ///
    /// @param columns 0 to leave the size
    /// @throws io.lightvisor.model.ProblemException if somebody is
    public ConsoleSession console(int columns, int rows) throws InterruptedException {
        return console(columns, rows, false);
    }

    /// Goes to the console.
    ///
    /// @param takeOver who is there now is sent away
    public ConsoleSession console(int columns, int rows, boolean takeOver) throws InterruptedException {
        Report answer;
        try {
            answer = link.ask(MonitorLink.Request.CONSOLE, takeOver ? 1 : 0, 0);
        } catch (SyscallException e) {
            if (e.is(Errno.EBUSY)) {
                throw Problem.conflict("the console of " + meta.name() + " is in use")
                        .exception(e);
            }
            throw Problem.failed("console of " + meta.name() + " not attached", String.valueOf(e.getMessage()))
                    .exception(e);
        }
        if (columns > 0 && rows > 0) {
            resizeConsole(columns, rows);
        }
        return new ConsoleSession(UnixSocket.of(answer.descriptors().getFirst()), this::resizeConsole);
    }

    /// The end of what was written to the console since the start, at most 128 KiB.
    public byte[] consoleLog() throws InterruptedException {
        try (Report answer = link.ask(MonitorLink.Request.READ_RING, 0, 0);
                Fd file = answer.descriptors().getFirst()) {
            file.seek(0);
            return file.readAll(READ_RING_LIMIT);
        }
    }

    public void clearConsoleLog() throws InterruptedException {
        link.ask(MonitorLink.Request.CLEAR_RING, 0, 0).close();
    }

    private void resizeConsole(int columns, int rows) {
        try {
            link.ask(MonitorLink.Request.RESIZE, columns, rows).close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SyscallException e) {
            // The console may be gone with its container; a size is then nobody's concern.
            System.getLogger("lightvisor.container")
                    .log(System.Logger.Level.DEBUG, "console not resized: {0}", e.getMessage());
        }
    }

    // ---- for Containers

    MonitorLink link() {
        return link;
    }

    ContainerCgroup cgroup() {
        return cgroup;
    }

    RunFolder.Meta meta() {
        return meta;
    }

    @Override
    public String toString() {
        return meta.name() + " (pid " + init.pid() + ")";
    }
}
