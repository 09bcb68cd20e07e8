package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.Scheduling;
import io.lightvisor.linux.seccomp.SeccompListener;
import io.lightvisor.linux.seccomp.SeccompListener.Call;
import io.lightvisor.model.Idmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// What the system calls of a container are answered that its own rights do not reach. Each begins alike: who calls,
/// with which rights in the container; then the arguments are copied out of its memory; then it is asked whether the
/// caller still waits, since only then all of that was the caller's. What is not of interest goes on to the kernel,
/// which refuses it as it would without us.
final class InterceptedCalls {
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_SYS_NICE = 23;
    private static final int CAP_MKNOD = 27;

    /// Devices that are the same for everybody: full, null, random, tty, console, urandom, zero.
    private static final Set<Long> HARMLESS =
            Set.of(device(1, 7), device(1, 3), device(1, 8), device(5, 0), device(5, 1), device(1, 9), device(1, 5));

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final int SCHED_RESET_ON_FORK = 0x40000000;

    private final RunningContainer container;
    private final InterceptedMounts mounts;

    InterceptedCalls(RunningContainer container, InterceptedMounts mounts) {
        this.container = container;
        this.mounts = mounts;
    }

    /// Answers one call.
    ///
    /// @param name of the call
    /// @throws SyscallException with what the call shall fail with
    void answer(SeccompListener listener, Call call, String name) throws InterruptedException {
        var caller = CallerFacts.of(call.pid());
        if (!caller.userNamespace().equals(container.userNamespaceName())) {
            // Root of a namespace further inside is nobody here.
            listener.proceed(call);
            return;
        }
        try (Fd memory = SeccompListener.memory(call)) {
            switch (name) {
                case "mknod" ->
                    mknod(listener, call, caller, memory, -100, call.argument(0), call.argument(1), call.argument(2));
                case "mknodat" ->
                    mknod(
                            listener,
                            call,
                            caller,
                            memory,
                            (int) call.argument(0),
                            call.argument(1),
                            call.argument(2),
                            call.argument(3));
                case "setxattr", "lsetxattr" -> setxattr(listener, call, caller, memory, name.startsWith("l"));
                case "sched_setscheduler" -> setScheduler(listener, call, caller, memory);
                case "sysinfo" -> sysinfo(listener, call, memory);
                case "mount" -> {
                    if (caller.has(CAP_SYS_ADMIN)) {
                        mounts.answer(listener, call, caller, memory);
                    } else {
                        listener.proceed(call);
                    }
                }
                case "bpf" -> {
                    if (caller.has(CAP_SYS_ADMIN)) {
                        new InterceptedBpf(container).answer(listener, call, caller, memory);
                    } else {
                        listener.proceed(call);
                    }
                }
                default -> listener.proceed(call);
            }
        }
    }

    static void requireWaiting(SeccompListener listener, Call call) {
        if (!listener.isWaiting(call)) {
            throw new SyscallException("answer", "thread " + call.pid(), Errno.ESRCH);
        }
    }

    // ---- mknod

    private void mknod(
            SeccompListener listener,
            Call call,
            CallerFacts caller,
            Fd memory,
            int directory,
            long path,
            long mode,
            long number)
            throws InterruptedException {
        // "new_decode_dev, include/linux/kdev_t.h".
        int major = (int) (number >> 8 & 0xFFF);
        int minor = (int) (number & 0xFF | number >> 12 & 0xFFF00);
        boolean character = (mode & 0170000) == 0020000;
        if (!character || !HARMLESS.contains(device(major, minor)) || !caller.has(CAP_MKNOD)) {
            listener.proceed(call);
            return;
        }
        String below = caller.below(CallerFacts.text(memory, path), directory);
        try (var root = caller.root();
                var process = Pidfd.open(caller.process())) {
            requireWaiting(listener, call);
            String target = target(root, below);
            var map = container.idmap();
            container.attachFor(
                    process,
                    new NodeSpec(
                            target,
                            false,
                            major,
                            minor,
                            (int) mode & 07777 & ~caller.umask(),
                            Math.max(0, map.toInside(Idmap.Kind.UID, caller.uid())),
                            Math.max(0, map.toInside(Idmap.Kind.GID, caller.gid()))));
        }
        listener.answer(call, 0);
    }

    private static long device(int major, int minor) {
        return (long) major << 32 | minor;
    }

    /// The path of a new file without any link in it, in the mount namespace of the root.
    private static String target(DirFd root, String below) {
        String path = below.replaceAll("/+$", "");
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new SyscallException("mknod(2)", path, Errno.EEXIST);
        }
        Resolve[] inRoot = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};
        try (var folder = DirFd.of(
                root.open(slash <= 0 ? "/" : path.substring(0, slash), inRoot, 0, OpenFlag.PATH, OpenFlag.DIRECTORY))) {
            if (folder.exists(name)) {
                throw new SyscallException("mknod(2)", path, Errno.EEXIST);
            }
            return canonical(folder.fd()) + "/" + name;
        }
    }

    static String canonical(Fd file) {
        try {
            String path = Files.readSymbolicLink(file.procPath()).toString();
            return path.equals("/") ? "" : path;
        } catch (IOException e) {
            throw new SyscallException("readlink(2)", file.what(), Errno.ENOENT);
        }
    }

    // ---- setxattr

    /// The mark by which an overlay hides what lies below a folder: needed to unpack layers, and no danger.
    private void setxattr(SeccompListener listener, Call call, CallerFacts caller, Fd memory, boolean noFollow) {
        String name = CallerFacts.text(memory, call.argument(1));
        if (!name.equals(OPAQUE) || !caller.has(CAP_SYS_ADMIN)) {
            listener.proceed(call);
            return;
        }
        var value = new byte[1];
        if (memory.pread(value, call.argument(2)) != 1) {
            throw new SyscallException("setxattr(2)", name, Errno.EFAULT);
        }
        String below = caller.below(CallerFacts.text(memory, call.argument(0)));
        Resolve[] inRoot = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};
        OpenFlag[] flags =
                noFollow ? new OpenFlag[] {OpenFlag.PATH, OpenFlag.NO_FOLLOW} : new OpenFlag[] {OpenFlag.PATH};
        try (var root = caller.root();
                var file = root.open(below, inRoot, 0, flags)) {
            requireWaiting(listener, call);
            var stat = file.stat();
            boolean own = container.idmap().toInside(Idmap.Kind.UID, Integer.toUnsignedLong(stat.uid())) >= 0;
            if (!own || !stat.isDirectory()) {
                throw new SyscallException("setxattr(2)", below, Errno.EPERM);
            }
            Xattrs.set(file, OPAQUE, value);
        }
        listener.answer(call, 0);
    }

    // ---- sched_setscheduler

    private void setScheduler(SeccompListener listener, Call call, CallerFacts caller, Fd memory) {
        int policy = (int) call.argument(1);
        int known = policy & ~SCHED_RESET_ON_FORK;
        if (!caller.has(CAP_SYS_NICE) || known < 0 || known > 5 || known == 4) {
            listener.proceed(call);
            return;
        }
        var parameter = new byte[4];
        if (memory.pread(parameter, call.argument(2)) != parameter.length) {
            throw new SyscallException("sched_setscheduler(2)", "parameter", Errno.EFAULT);
        }
        int priority = ByteBuffer.wrap(parameter).order(ByteOrder.nativeOrder()).getInt();
        int wanted = (int) call.argument(0);
        int thread = wanted == 0 ? caller.thread() : ContainerThreads.find(caller.thread(), wanted);
        requireWaiting(listener, call);
        if (!CallerFacts.userNamespace(thread).equals(caller.userNamespace())) {
            throw new SyscallException("sched_setscheduler(2)", "thread " + wanted, Errno.EPERM);
        }
        Scheduling.set(thread, policy, priority);
        listener.answer(call, 0);
    }

    // ---- sysinfo

    /// "struct sysinfo, include/uapi/linux/sysinfo.h": the container's limits and use in place of the host's.
    private void sysinfo(SeccompListener listener, Call call, Fd memory) {
        byte[] answer = ContainerSysinfo.of(container);
        requireWaiting(listener, call);
        if (memory.pwrite(answer, call.argument(0)) != answer.length) {
            throw new SyscallException("sysinfo(2)", "buffer", Errno.EFAULT);
        }
        listener.answer(call, 0);
    }

    static String read(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new SyscallException("read", file, Errno.ESRCH);
        }
    }
}
