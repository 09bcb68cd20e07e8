package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.Processes;
import io.lightvisor.linux.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One control group: the same path in every hierarchy of the host. A value; the group itself may or may not
/// exist.
///
/// Stopping needs no patience: version 2 freezes and kills a whole tree by one write and tells when it is
/// done; a version 2 tree without controllers, beside version 1, is enough for that.
public final class Cgroup {
    /// How long a version 1 freezer is looked at before the next look; it has no event to wait for.
    private static final long V1_PAUSE_NANOS = 200_000;

    private static final long REMOVE_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long REMOVE_PAUSE_NANOS = 1_000_000;
    private static final String LEAF = ".lightvisor";

    private final CgroupTree tree;
    private final String path;

    Cgroup(CgroupTree tree, String path) {
        this.tree = tree;
        this.path = path;
    }

    /// Below the mounts: `lxc.payload.c1`.
    public String path() {
        return path;
    }

    public CgroupTree tree() {
        return tree;
    }

    /// Its directory in a hierarchy.
    public Path directory(CgroupHierarchy hierarchy) {
        return hierarchy.mountPoint().resolve(path);
    }

    /// A group below this one; it need not exist.
    public Cgroup child(String name) {
        return tree.at(path + "/" + name);
    }

    /// Makes a group below this one.
    public Cgroup createChild(String name) {
        return tree.create(path + "/" + name);
    }

    public boolean exists() {
        return tree.exists(path);
    }

    public CgroupLimits limits() {
        return new CgroupLimits(this);
    }

    public CgroupUsage usage() {
        return CgroupUsage.of(this);
    }

    // ---- for the start of a container

    /// The directory in the version 2 hierarchy that a new process goes into, for clone3(2) with
    /// CLONE_INTO_CGROUP: this group, or a leaf below it once a guest has handed controllers down (see
    /// [#attach]). Empty without version 2.
    public Optional<DirFd> openUnified() {
        return tree.unified().map(hierarchy -> DirFd.open(forProcesses(hierarchy)));
    }

    /// The `cgroup.procs` files of the version 1 hierarchies, into which a process that begins writes `0`
    /// itself.
    public List<Path> versionOneProcsFiles() {
        var files = new ArrayList<Path>();
        for (var hierarchy : tree.hierarchies()) {
            if (!hierarchy.unified()) {
                files.add(directory(hierarchy).resolve("cgroup.procs"));
            }
        }
        return files;
    }

    /// Moves a process with all its threads here, in every hierarchy.
    ///
    /// A version 2 group that hands controllers to groups below takes no process itself ("no internal
    /// processes", cgroups(7)); a guest's systemd does so. Then the process goes into a leaf of ours below,
    /// `.lightvisor`.
    public void attach(int pid) {
        for (var hierarchy : tree.hierarchies()) {
            CgroupFiles.write(forProcesses(hierarchy) + "/cgroup.procs", Integer.toString(pid));
        }
    }

    /// Lets this user and group make groups below and move its own processes among them, but not change the
    /// limits set here: the owner of the directory and of the files in which the kernel expects it
    /// (/sys/kernel/cgroup/delegate; Documentation/admin-guide/cgroup-v2.rst, "Model of Delegation").
    public void delegate(int uid, int gid) {
        for (var hierarchy : tree.hierarchies()) {
            try (var directory = DirFd.open(directory(hierarchy))) {
                directory.fd().chown(uid, gid);
                directory.fd().chmod(0775);
                for (var file : delegatedFiles(hierarchy)) {
                    delegate(directory, file, uid, gid);
                }
            }
        }
    }

    private static void delegate(DirFd directory, String file, int uid, int gid) {
        try {
            directory.chown(file, uid, gid);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return; // older kernels lack some
            }
            throw e;
        }
        directory.chmod(file, 0664);
    }

    // ---- its processes

    /// The pids of the processes in this group and all below, as we see them; 0 for those of a pid
    /// namespace we do not.
    public List<Integer> pids() {
        var pids = new ArrayList<Integer>();
        collectPids(directory(deciding()), pids);
        return pids;
    }

    /// Whether any process is in this group or below.
    public boolean isPopulated() {
        var unified = tree.unified();
        if (unified.isPresent()) {
            return CgroupFiles.readLong(file(unified.get(), "cgroup.events"), "populated")
                            .orElse(0)
                    == 1;
        }
        return !pids().isEmpty();
    }

    /// Waits until no process is left; false if the time is over first. True if the group does not exist.
    public boolean awaitEmpty(Duration atMost) throws InterruptedException {
        var unified = tree.unified();
        if (unified.isPresent()) {
            return awaitEvent(unified.get(), "populated", 0, atMost);
        }
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            var pids = pids();
            if (pids.isEmpty()) {
                return true;
            }
            for (int pid : pids) {
                if (!awaitEnd(pid, end)) {
                    return false;
                }
            }
        }
    }

    // ---- freezing and killing

    /// Stops all processes where they are.
    ///
    /// @return whether all stood still within this time; if not, they are left running
    public boolean freeze(Duration atMost) throws InterruptedException {
        var unified = tree.unified();
        if (unified.isPresent()) {
            CgroupFiles.write(file(unified.get(), "cgroup.freeze"), "1");
            if (awaitEvent(unified.get(), "frozen", 1, atMost)) {
                return true;
            }
            CgroupFiles.write(file(unified.get(), "cgroup.freeze"), "0");
            return false;
        }
        return freezeVersionOne(atMost);
    }

    /// Lets them go on.
    public void thaw() {
        var unified = tree.unified();
        if (unified.isPresent()) {
            CgroupFiles.write(file(unified.get(), "cgroup.freeze"), "0");
        } else {
            CgroupFiles.write(file(freezer(), "freezer.state"), "THAWED");
        }
    }

    public boolean isFrozen() {
        var unified = tree.unified();
        if (unified.isPresent()) {
            return CgroupFiles.readLong(file(unified.get(), "cgroup.events"), "frozen")
                            .orElse(0)
                    == 1;
        }
        return CgroupFiles.read(file(freezer(), "freezer.state")).orElse("").startsWith("FROZEN");
    }

    /// Kills every process in this group and below, frozen ones too, and none can escape by forking. Does not
    /// wait for their end; see [#awaitEmpty].
    public void kill() throws InterruptedException {
        var unified = tree.unified();
        if (unified.isPresent()) {
            if (!directory(unified.get()).toFile().exists()) {
                return;
            }
            // Linux 5.14.
            if (CgroupFiles.writeIfThere(file(unified.get(), "cgroup.kill"), "1")) {
                return;
            }
        }
        killOneByOne();
    }

    /// Removes the group and everything below from every hierarchy; groups that a guest has left behind as
    /// well.
    ///
    /// @throws SyscallException with `EBUSY` if processes are in it that do not end
    public void remove() throws InterruptedException {
        for (var hierarchy : tree.hierarchies()) {
            remove(directory(hierarchy));
        }
    }

    // ---- any file, for what has no method here

    /// What a file of a controller says: `read("memory", "memory.stat")`. Empty if there is no such
    /// controller or file.
    public Optional<String> read(String controller, String file) {
        return tree.find(controller).flatMap(hierarchy -> CgroupFiles.read(file(hierarchy, name(file))));
    }

    /// Writes a file of a controller.
    ///
    /// @return false if there is no such controller or file
    public boolean write(String controller, String file, String value) {
        var hierarchy = tree.find(controller);
        return hierarchy.isPresent() && CgroupFiles.writeIfThere(file(hierarchy.get(), name(file)), value);
    }

    /// Writes several values into a file of a controller, one after the other.
    void writeAll(String controller, String file, List<String> values) {
        tree.find(controller).ifPresent(hierarchy -> CgroupFiles.writeAll(file(hierarchy, name(file)), values));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cgroup cgroup && path.equals(cgroup.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return "cgroup " + path;
    }

    String file(CgroupHierarchy hierarchy, String name) {
        return hierarchy.mountPoint() + "/" + path + "/" + name;
    }

    private Path forProcesses(CgroupHierarchy hierarchy) {
        var directory = directory(hierarchy);
        if (!hierarchy.unified()
                || CgroupFiles.read(directory + "/cgroup.subtree_control")
                        .orElse("")
                        .isBlank()) {
            return directory;
        }
        try (var at = DirFd.open(directory)) {
            at.makeDirectory(LEAF, 0755);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        return directory.resolve(LEAF);
    }

    private static String name(String file) {
        if (file.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not a file of a cgroup: " + file);
        }
        return file;
    }

    /// The hierarchy by whose word a process belongs to this group.
    private CgroupHierarchy deciding() {
        return tree.unified()
                .or(() -> tree.find("freezer"))
                .or(() -> tree.find("pids"))
                .orElse(tree.hierarchies().getFirst());
    }

    private CgroupHierarchy freezer() {
        return tree.find("freezer")
                .orElseThrow(
                        () -> new IllegalStateException("this host has neither cgroup2 nor the freezer controller"));
    }

    private static List<String> delegatedFiles(CgroupHierarchy hierarchy) {
        return hierarchy.unified()
                ? List.of(
                        "cgroup.procs",
                        "cgroup.threads",
                        "cgroup.subtree_control",
                        "memory.oom.group",
                        "memory.reclaim")
                : List.of("cgroup.procs", "tasks");
    }

    /// Reads the events file, and waits for its change as long as it does not say so.
    private boolean awaitEvent(CgroupHierarchy unified, String key, int wanted, Duration atMost)
            throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        try (var events = Open.path(file(unified, "cgroup.events"), OpenFlag.READ)) {
            while (true) {
                events.seek(0);
                if (CgroupFiles.value(CgroupFiles.readAll(events), key).orElse(-1) == wanted) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0 || !Poller.shared().awaitChange(events, Duration.ofNanos(left))) {
                    return false;
                }
            }
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ENODEV)) {
                return wanted == 0;
            }
            throw e;
        }
    }

    private static boolean awaitEnd(int pid, long end) throws InterruptedException {
        try (var pidfd = Pidfd.open(pid)) {
            return pidfd.awaitEnd(Duration.ofNanos(end - System.nanoTime()));
        } catch (SyscallException e) {
            if (e.is(Errno.ESRCH)) {
                return true;
            }
            throw e;
        }
    }

    /// The kernel may leave a version 1 freezer at FREEZING when a process forks meanwhile; writing the state
    /// again makes it look again (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst).
    private boolean freezeVersionOne(Duration atMost) throws InterruptedException {
        var state = file(freezer(), "freezer.state");
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            CgroupFiles.write(state, "FROZEN");
            if (CgroupFiles.read(state).orElse("").startsWith("FROZEN")) {
                return true;
            }
            if (System.nanoTime() - end >= 0) {
                CgroupFiles.write(state, "THAWED");
                return false;
            }
            LockSupport.parkNanos(V1_PAUSE_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void killOneByOne() throws InterruptedException {
        boolean freezes = tree.unified().isPresent() || tree.has("freezer");
        while (true) {
            // Frozen, nobody forks between the list and the signal; a group that does not freeze is killed all the
            // same.
            boolean frozen = freezes && exists() && freeze(Duration.ofSeconds(1));
            var pids = pids();
            for (int pid : pids) {
                if (pid > 0) {
                    Processes.kill(pid, Signal.KILL);
                }
            }
            if (frozen) {
                thaw();
            }
            if (pids.isEmpty()) {
                return;
            }
            if (frozen) {
                return;
            }
            for (int pid : pids) {
                awaitEnd(pid, System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private static void collectPids(Path directory, List<Integer> into) {
        var text = CgroupFiles.read(directory + "/cgroup.procs");
        if (text.isEmpty()) {
            return;
        }
        for (var line : text.get().split("\n")) {
            if (!line.isEmpty()) {
                into.add(Integer.parseInt(line));
            }
        }
        for (var child : children(directory)) {
            collectPids(directory.resolve(child), into);
        }
    }

    static List<String> children(Path directory) {
        var names = new ArrayList<String>();
        try (var at = DirFd.open(directory)) {
            for (var entry : at.list()) {
                if (entry.type().orElse(null) == io.lightvisor.linux.FileStat.Type.DIRECTORY) {
                    names.add(entry.name());
                }
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT, Errno.ENODEV)) {
                throw e;
            }
        }
        return names;
    }

    private static void remove(Path directory) throws InterruptedException {
        for (var child : children(directory)) {
            remove(directory.resolve(child));
        }
        var parent = directory.getParent();
        var name = directory.getFileName();
        if (parent == null || name == null) {
            return;
        }
        long end = System.nanoTime() + REMOVE_AT_MOST_NANOS;
        while (true) {
            try (var at = DirFd.open(parent)) {
                at.removeDirectory(name.toString());
                return;
            } catch (SyscallException e) {
                if (e.is(Errno.ENOENT)) {
                    return;
                }
                if (!e.is(Errno.EBUSY) || System.nanoTime() - end >= 0) {
                    throw e;
                }
            }
            awaitLeaving(directory);
        }
    }

    /// Waits for the processes that are still listed, which are on their way out if they were killed; one
    /// that is not listed any more but not yet gone gives no sign, so this is the one place with a pause.
    private static void awaitLeaving(Path directory) throws InterruptedException {
        var pids = new ArrayList<Integer>();
        collectPids(directory, pids);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        for (int pid : pids) {
            if (pid > 0) {
                awaitEnd(pid, end);
            }
        }
        for (var child : children(directory)) {
            remove(directory.resolve(child));
        }
        LockSupport.parkNanos(REMOVE_PAUSE_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
