package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.socket.SocketKind;
import io.lightvisor.linux.socket.UnixListener;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One start of one container: makes what the plan needs (cgroups, mounts, sockets), has it carried out, and
/// undoes all of
/// it if any step fails.
final class ContainerStart {
    private static final System.Logger LOG = System.getLogger("lightvisor.container");

    private static final int RING_SIZE = 128 * 1024;
    private static final int SIGKILL = 9;

    /// Undoes one thing that this start has made.
    private interface Undo {
        void run() throws InterruptedException;
    }

    private final Containers containers;
    private final StartSpec spec;
    private final RunFolder folder;
    private final HostTrees trees;
    private final Deque<Undo> undos = new ArrayDeque<>();
    /// Closed in any case once the launcher has its own copies.
    private final List<AutoCloseable> handedOver = new ArrayList<>();

    ContainerStart(Containers containers, StartSpec spec) {
        this.containers = containers;
        this.spec = spec;
        this.folder = RunFolder.of(containers.runFolder(), spec.instanceId());
        this.trees = new HostTrees(
                folder, spec.idmap(), () -> containers.userNamespaces().with(spec.idmap()));
    }

    RunningContainer run() throws InterruptedException {
        try {
            return attempt();
        } catch (SyscallException e) {
            undo(e);
            throw notStarted(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | InterruptedException e) {
            undo(e);
            throw e;
        } finally {
            closeHandedOver();
        }
    }

    private RunningContainer attempt() throws InterruptedException {
        byte[] seccomp = containers.seccomp(spec.security());
        String profile = appArmorProfile();
        var meta = new RunFolder.Meta(
                spec.name(),
                Instant.now(),
                containers.bootId(),
                spec.privileged(),
                StartPlan.drops(spec),
                profile,
                seccomp);
        undos.push(folder::remove);
        folder.create(meta);
        List<String> devices = ContainerCgroup.devices(spec);
        if (!devices.isEmpty()) {
            folder.saveDevices(devices);
        }
        var cgroup = ContainerCgroup.create(containers.cgroups(), containers.daemonTag(), spec, devices);
        undos.push(cgroup::remove);
        var run = launch(cgroup, profile, seccomp);
        return seeThrough(run, meta, cgroup);
    }

    // ---- what the plan needs

    private String appArmorProfile() throws InterruptedException {
        var appArmor = containers.appArmor();
        String given = spec.security().raw().profile();
        if (!given.isEmpty()) {
            if (appArmor.isEmpty() && !given.equals("unconfined")) {
                throw notStarted("AppArmor profile \"" + given + "\" asked for, and the host has no AppArmor", null);
            }
            return appArmor.isEmpty() ? "" : given;
        }
        return appArmor.isPresent() && spec.security().appArmor()
                ? appArmor.get().profileFor(spec)
                : "";
    }

    private Launcher.Run launch(ContainerCgroup cgroup, String profile, byte[] seccomp) throws InterruptedException {
        var plan = StartPlan.begin(spec);
        handOver(cgroup.openUnified()).ifPresent(unified -> plan.bornIn(unified.fd()));
        var listener = handOver(UnixListener.bind(folder.control(), SocketKind.SEQUENTIAL_PACKET, 0600));
        var run = handOver(DirFd.open(folder.path()));
        var log = handOver(Open.path(
                spec.logFolder().resolve("console.log"), 0600, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.NO_FOLLOW));
        plan.monitor(listener.fd(), run.fd(), log, RING_SIZE);

        var root = new ArrayList<Integer>();
        int upper = -1;
        var mounts = new ArrayList<StartPlan.Placed>();
        switch (spec.root()) {
            case RootFilesystem.Directory(Path path) ->
                root.add(plan.give(handOver(trees.root(path, false)).fd()));
            case RootFilesystem.Overlay(List<Path> lowers, Path upperParent, List<String> plain) -> {
                for (Path lower : lowers) {
                    root.add(plan.give(handOver(trees.root(lower, true)).fd()));
                }
                upper = plan.give(handOver(trees.root(upperParent, false)).fd());
                for (String folder : plain) {
                    Fd fd = handOver(trees.plain(upperParent.resolve("upper"), folder))
                            .fd();
                    mounts.add(new StartPlan.Placed(plan.give(fd), "/" + folder, true, false));
                }
            }
        }
        for (MountSpec mount : spec.mounts()) {
            place(plan, mount).ifPresent(mounts::add);
        }
        for (NodeSpec node : spec.nodes()) {
            Fd fd = handOver(trees.node(node)).fd();
            mounts.add(new StartPlan.Placed(plan.give(fd), node.path(), false, false));
        }
        var prepared = new StartPlan.Prepared(
                cgroup.procsFiles(),
                root,
                upper,
                mounts,
                UUID.randomUUID().toString(),
                profile,
                seccomp,
                containers.lxcfs().views(),
                containers.lxcfs().below());
        StartPlan.write(plan, spec, containers.host(), prepared);
        return containers.launcher().run(plan, "[lightvisor monitor] " + spec.name());
    }

    private Optional<StartPlan.Placed> place(Plan plan, MountSpec mount) throws InterruptedException {
        try {
            Fd fd = handOver(trees.mount(mount)).fd();
            boolean folder = fd.stat().isDirectory();
            return Optional.of(new StartPlan.Placed(plan.give(fd), mount.target(), folder, mount.optional()));
        } catch (SyscallException e) {
            if (mount.optional() && e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    // ---- while the launcher works

    private RunningContainer seeThrough(Launcher.Run run, RunFolder.Meta meta, ContainerCgroup cgroup)
            throws InterruptedException {
        undos.push(run::close);
        closeHandedOver();
        containers.adopt(run.child().pidfd());
        Pidfd init;
        try (Report created = expect(run, Report.Type.CREATED)) {
            init = Pidfd.of(created.descriptors().get(0).dup(), created.a());
            undos.push(() -> kill(init));
            attachNics(created.a(), created.descriptors().get(1));
        }
        run.channel().send(MonitorLink.Request.GO.with(0, 0));
        expect(run, Report.Type.RUNNING).close();
        return containers.register(spec.instanceId(), meta, init, cgroup, run.channel(), run);
    }

    private void attachNics(int pid, Fd netns) throws InterruptedException {
        try {
            spec.nics().attach(pid, netns);
        } catch (RuntimeException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw notStarted("attach NICs: " + e.getMessage(), e);
        }
    }

    private Report expect(Launcher.Run run, Report.Type type) throws InterruptedException {
        Report report = run.next();
        if (report.type() == type) {
            return report;
        }
        report.close();
        throw notStarted(
                report.type() == Report.Type.FAILED
                        ? report.stage() + ": " + report.cause()
                        : "its monitor has ended too early",
                null);
    }

    private ProblemException notStarted(String why, @Nullable Throwable cause) {
        var problem = Problem.failed("container " + spec.name() + " not started", why);
        return cause == null ? problem.exception() : problem.exception(cause);
    }

    private static void kill(Pidfd init) throws InterruptedException {
        try (init) {
            init.signal(SIGKILL);
            init.awaitEnd();
        }
    }

    private void undo(Exception failure) {
        boolean interrupted = Thread.interrupted();
        closeHandedOver();
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (RuntimeException | InterruptedException e) {
                failure.addSuppressed(e);
                LOG.log(System.Logger.Level.WARNING, "start of {0} not undone whole: {1}", spec.name(), e.getMessage());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T extends AutoCloseable> T handOver(T resource) {
        handedOver.add(resource);
        return resource;
    }

    private <T extends AutoCloseable> Optional<T> handOver(Optional<T> resource) {
        resource.ifPresent(handedOver::add);
        return resource;
    }

    private void closeHandedOver() {
        for (AutoCloseable resource : handedOver) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "descriptor of start not closed", e);
            }
        }
        handedOver.clear();
    }
}
