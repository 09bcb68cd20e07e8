package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.FsContext;
import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.linux.process.Namespace;
import io.lightvisor.linux.process.NamespaceThread;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.seccomp.SeccompListener;
import io.lightvisor.linux.seccomp.SeccompListener.Call;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Mounts file systems for a container: of block devices that it was given, of types that its policy allows. The kernel
/// trusts what is on the device, so this is for devices that nobody hostile can write.
final class InterceptedMounts {
    /// "MS_*, include/uapi/linux/mount.h".
    private static final int MS_RDONLY = 1;

    private static final int MS_NOSUID = 2;
    private static final int MS_NOEXEC = 8;
    private static final int MS_NOATIME = 1024;
    private static final int MS_NODIRATIME = 2048;
    private static final Resolve[] IN_ROOT = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};

    private final RunningContainer container;
    private final Supplier<MountPolicy> policy;

    InterceptedMounts(RunningContainer container, Supplier<MountPolicy> policy) {
        this.container = container;
        this.policy = policy;
    }

    /// Called for a caller that may mount in the container.
    void answer(SeccompListener listener, Call call, CallerFacts caller, Fd memory) throws InterruptedException {
        String type = call.argument(2) == 0 ? "" : CallerFacts.text(memory, call.argument(2));
        var rules = policy.get();
        String program = rules.fuse().get(type);
        if (program == null && !rules.allowed().contains(type) || call.argument(0) == 0) {
            listener.proceed(call);
            return;
        }
        String source = CallerFacts.text(memory, call.argument(0));
        String target = CallerFacts.text(memory, call.argument(1));
        String data = call.argument(4) == 0 ? "" : CallerFacts.text(memory, call.argument(4));
        int flags = (int) call.argument(3);
        try (var root = caller.root();
                var process = Pidfd.open(caller.process());
                var folder = root.open(caller.below(target), IN_ROOT, 0, OpenFlag.PATH);
                var device = root.open(caller.below(source), IN_ROOT, 0, OpenFlag.PATH)) {
            InterceptedCalls.requireWaiting(listener, call);
            if (program != null) {
                byFuse(program, InterceptedCalls.canonical(device), InterceptedCalls.canonical(folder), flags, data);
            } else {
                byServer(type, device, folder, flags, data, process, rules.shifted());
            }
        }
        listener.answer(call, 0);
    }

    private void byServer(String type, Fd device, Fd folder, int flags, String data, Pidfd process, boolean shifted)
            throws InterruptedException {
        var stat = device.stat();
        if (stat.type() != FileStat.Type.BLOCK_DEVICE
                || !container.mayUseBlockDevice(stat.rdevMajor(), stat.rdevMinor())) {
            throw new SyscallException("mount(2)", device.what(), Errno.EPERM);
        }
        var attributes = EnumSet.of(MountAttribute.NO_DEVICES);
        add(attributes, flags, MS_RDONLY, MountAttribute.READ_ONLY);
        add(attributes, flags, MS_NOSUID, MountAttribute.NO_SUID);
        add(attributes, flags, MS_NOEXEC, MountAttribute.NO_EXEC);
        add(attributes, flags, MS_NOATIME, MountAttribute.NO_ACCESS_TIME);
        add(attributes, flags, MS_NODIRATIME, MountAttribute.NO_DIRECTORY_ACCESS_TIME);
        try (var fs = FsContext.open(type)) {
            if ((flags & MS_RDONLY) != 0) {
                fs.flag("ro");
            }
            for (String option : data.split(",", -1)) {
                int equals = option.indexOf('=');
                if (equals > 0) {
                    fs.set(option.substring(0, equals), option.substring(equals + 1));
                } else if (!option.isEmpty()) {
                    fs.flag(option);
                }
            }
            create(fs, device, process);
            try (var mount = fs.mount(attributes)) {
                requireDevice(mount, device);
                if (shifted) {
                    try (Fd user = Namespace.USER.of(process.pid())) {
                        mount.idmap(user, false);
                    }
                }
                String target = InterceptedCalls.canonical(folder);
                container.placeFor(process, mount, target.isEmpty() ? "/" : target);
            }
        }
    }

    /// The source is looked up among the container's own mounts, so that /proc/mounts inside names the device as the
    /// guest knows it.
    private static void create(FsContext fs, Fd device, Pidfd process) throws InterruptedException {
        String path = InterceptedCalls.canonical(device);
        try (Fd mounts = Namespace.MOUNT.of(process.pid())) {
            NamespaceThread.inMounts(mounts, () -> fs.set("source", path).create());
        } catch (RuntimeException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Between the look at the device and the look-up by the kernel another may have come to the path.
    private static void requireDevice(DetachedMount mount, Fd device) {
        var root = mount.fd().stat();
        var node = device.stat();
        if (root.device() != node.rdev()) {
            throw new SyscallException("mount(2)", device.what(), Errno.EPERM);
        }
    }

    private static void add(EnumSet<MountAttribute> attributes, int flags, int flag, MountAttribute attribute) {
        if ((flags & flag) != 0) {
            attributes.add(attribute);
        }
    }

    /// By a program of the container's own, as its root: it has no more rights than the caller.
    private void byFuse(String program, String device, String folder, int flags, String data)
            throws InterruptedException {
        var command = new ArrayList<>(List.of(program, device, folder));
        String options = (flags & MS_RDONLY) != 0 ? "ro" : "rw";
        command.add("-o");
        command.add(data.isEmpty() ? options : options + "," + data);
        var spec = new ExecSpec(command, Map.of(), "/", 0, 0, Optional.empty());
        try (var session = container.exec(spec)) {
            if (session.awaitExit() != 0) {
                throw new SyscallException("mount(2)", program, Errno.EINVAL);
            }
        }
    }
}
