package io.lightvisor.linux.process;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.poll.Poller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Runs an action inside another network or mount namespace: on a platform thread of its own that enters it by
/// setns(2) and then dies, so that no other work ever runs there by accident. What the action opens (sockets,
/// files, mounts) can be used outside afterwards. User and pid namespaces cannot be entered by a process with
/// threads; the launcher does that.
///
/// A new thread is born in the namespaces of the thread that starts it, and waking a virtual thread may start a
/// carrier.
/// So the thread goes back before it hands over the result, and an action must not start or wake threads.
public final class NamespaceThread {
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;

    static {
        // It has a thread of its own, which must not be born inside because an action is the first to wait for
        // something.
        Poller.shared();
    }

    private NamespaceThread() {}

    /// Runs the action in this network namespace.
    public static <T extends @Nullable Object> T inNetwork(Fd network, Callable<T> action) throws Exception {
        return call(Optional.of(network), Optional.empty(), action);
    }

    /// Runs the action in this mount namespace: paths are those of its root.
    public static <T extends @Nullable Object> T inMounts(Fd mounts, Callable<T> action) throws Exception {
        return call(Optional.empty(), Optional.of(mounts), action);
    }

    /// Runs the action in a new mount namespace, a copy of ours that ends with the thread, unless a descriptor
    /// keeps it. Mounts in it are not seen outside once [io.lightvisor.linux.mount.Mounts#change] has made `/`
    /// private.
    public static <T extends @Nullable Object> T inNewMounts(Callable<T> action) throws Exception {
        return run(
                () -> {
                    check(SyscallNumber.unshare, CLONE_NEWNS, "unshare(2)", "mount namespace");
                    return action.call();
                },
                "mounts",
                List.of(Namespace.MOUNT));
    }

    /// Runs the action in a new network namespace that ends with the thread, unless a descriptor keeps it.
    public static <T extends @Nullable Object> T inNewNetwork(Callable<T> action) throws Exception {
        return run(
                () -> {
                    check(SyscallNumber.unshare, Namespace.NET.flag(), "unshare(2)", "network namespace");
                    return action.call();
                },
                "network",
                List.of(Namespace.NET));
    }

    /// Runs the action in the namespaces given; what it throws is thrown here.
    public static <T extends @Nullable Object> T call(Optional<Fd> network, Optional<Fd> mounts, Callable<T> action)
            throws Exception {
        var leaves = new ArrayList<Namespace>(2);
        if (network.isPresent()) {
            leaves.add(Namespace.NET);
        }
        if (mounts.isPresent()) {
            leaves.add(Namespace.MOUNT);
        }
        return run(
                () -> {
                    if (mounts.isPresent()) {
                        // Threads share root and working directory; setns(2) refuses to change them for the others.
                        check(SyscallNumber.unshare, CLONE_FS, "unshare(2)", "CLONE_FS");
                        enter(mounts.get(), Namespace.MOUNT);
                    }
                    if (network.isPresent()) {
                        enter(network.get(), Namespace.NET);
                    }
                    return action.call();
                },
                "enter",
                leaves);
    }

    private static void enter(Fd namespace, Namespace kind) {
        Syscalls.check(
                Syscalls.syscall(SyscallNumber.setns, Syscalls.number(namespace), kind.flag()), "setns(2)", namespace);
    }

    private static void check(int syscall, long argument, String call, String subject) {
        Syscalls.check(Syscalls.syscall(syscall, argument), call, subject);
    }

    /// @param leaves the kinds of namespaces that the action leaves for others
    private static <T extends @Nullable Object> T run(Callable<T> action, String name, List<Namespace> leaves)
            throws Exception {
        var home = new ArrayList<Fd>(leaves.size());
        try {
            for (var kind : leaves) {
                // That of the process, whose first thread never moves. Opened here because /proc may be another inside.
                home.add(kind.ofSelf());
            }
            return run(
                    () -> {
                        try {
                            return action.call();
                        } finally {
                            for (int i = 0; i < leaves.size(); i++) {
                                enter(home.get(i), leaves.get(i));
                            }
                        }
                    },
                    name);
        } finally {
            home.forEach(Fd::close);
        }
    }

    private static <T extends @Nullable Object> T run(Callable<T> action, String name) throws Exception {
        var task = new FutureTask<T>(action);
        var thread = Thread.ofPlatform()
                .daemon()
                .name("lightvisor:namespace " + name)
                .start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }
}
