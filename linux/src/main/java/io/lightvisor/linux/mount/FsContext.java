package io.lightvisor.linux.mount;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// A file system about to be made. When the kernel refuses, the exception carries what it wrote to the
/// context's log, which says far more than the errno: `fsconfig(2) overlay upperdir: EINVAL, invalid argument
/// (overlay: ...)`.
///
///     try (var fs = FsContext.open("tmpfs")) {
///         fs.set("size", "64k").set("mode", "0755").create();
///         try (var mount = fs.mount(Set.of(MountAttribute.NO_SUID))) { mount.attach(target); }
///     }
///
/// Source: fsopen(2), fsconfig(2), fsmount(2); Linux 5.2.
public final class FsContext implements AutoCloseable {
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSPICK_CLOEXEC = 1;
    private static final int FSPICK_EMPTY_PATH = 8;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_SET_BINARY = 2;
    private static final int FSCONFIG_SET_PATH = 3;
    private static final int FSCONFIG_SET_FD = 5;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSCONFIG_CMD_RECONFIGURE = 7;
    private static final int FSCONFIG_CMD_CREATE_EXCL = 8;
    private static final int AT_FDCWD = -100;
    private static final int LOG_LINE = 4096;
    private static final int ENODATA = 61;

    private final Fd fd;
    private final String type;

    private FsContext(Fd fd, String type) {
        this.fd = fd;
        this.type = type;
    }

    /// Begins a file system of this kind: `overlay`, `ext4`, `tmpfs`, `proc`, ...
    public static FsContext open(String type) {
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(SyscallNumber.fsopen, scratch.text(type), FSOPEN_CLOEXEC);
            return new FsContext(Syscalls.fd(result, "fsopen(2)", type), type);
        }
    }

    /// Begins to change a mounted file system: fspick(2); then [#reconfigure].
    ///
    /// @param at any open file of it that is the root of a mount
    public static FsContext pick(Fd at) {
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(
                    SyscallNumber.fspick, Syscalls.number(at), scratch.text(""), FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
            return new FsContext(Syscalls.fd(result, "fspick(2)", at.what()), at.what());
        }
    }

    /// An option without a value: `ro`.
    public FsContext flag(String key) {
        return config(FSCONFIG_SET_FLAG, key, null, 0);
    }

    /// An option with text, or `source`. At most 255 bytes; longer paths by [#set(String,Fd)].
    public FsContext set(String key, String value) {
        return config(FSCONFIG_SET_STRING, key, value, 0);
    }

    /// An option that is an open file or directory: overlay's `lowerdir+`, `upperdir`, `workdir`, `datadir+`
    /// (Linux 6.13).
    public FsContext set(String key, Fd value) {
        return config(FSCONFIG_SET_FD, key, null, Syscalls.number(value));
    }

    /// An option that is a path of the host.
    public FsContext setPath(String key, String path) {
        return config(FSCONFIG_SET_PATH, key, path, AT_FDCWD);
    }

    /// An option of bytes.
    public FsContext set(String key, byte[] value) {
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(
                    SyscallNumber.fsconfig,
                    Syscalls.number(fd),
                    FSCONFIG_SET_BINARY,
                    scratch.text(key),
                    scratch.bytes(value).address(),
                    value.length);
            return checked(result, key);
        }
    }

    /// Makes the file system, or takes the one that exists for the same source.
    public FsContext create() {
        return checked(Syscalls.syscall(SyscallNumber.fsconfig, Syscalls.number(fd), FSCONFIG_CMD_CREATE), "create");
    }

    /// Makes a file system that shares nothing with another mount; `EBUSY` if there is one already. Linux 6.6.
    public FsContext createExclusively() {
        return checked(
                Syscalls.syscall(SyscallNumber.fsconfig, Syscalls.number(fd), FSCONFIG_CMD_CREATE_EXCL), "create");
    }

    /// Applies the options to the mounted file system.
    public FsContext reconfigure() {
        return checked(
                Syscalls.syscall(SyscallNumber.fsconfig, Syscalls.number(fd), FSCONFIG_CMD_RECONFIGURE), "reconfigure");
    }

    /// A mount of the file system made, not yet at any place: fsmount(2).
    public DetachedMount mount(Set<MountAttribute> attributes) {
        long result = Syscalls.syscall(
                SyscallNumber.fsmount, Syscalls.number(fd), FSMOUNT_CLOEXEC, MountAttribute.bits(attributes));
        if (result < 0) {
            throw failure("fsmount(2)", type, result);
        }
        return DetachedMount.of(Syscalls.adopt((int) result, type));
    }

    /// The context itself, to be completed by a process in another user namespace (an overlay of a container).
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }

    private FsContext config(int command, String key, @org.jspecify.annotations.Nullable String value, int aux) {
        try (var scratch = Scratch.borrow()) {
            long text = value == null ? 0 : scratch.text(value);
            long result = Syscalls.syscall(
                    SyscallNumber.fsconfig, Syscalls.number(fd), command, scratch.text(key), text, aux);
            return checked(result, value == null ? key : key + "=" + value);
        }
    }

    private FsContext checked(long result, String subject) {
        if (result < 0) {
            throw failure("fsconfig(2)", type + " " + subject, result);
        }
        return this;
    }

    private SyscallException failure(String call, String subject, long result) {
        return new SyscallException(call, subject, Errno.of((int) -result), log());
    }

    /// Reading the context gives one message at a time: `e overlay: ...`, with e, w or i for its weight.
    private String log() {
        var text = new StringBuilder();
        try (var scratch = Scratch.borrow()) {
            var line = scratch.allocate(LOG_LINE);
            while (true) {
                long length = Syscalls.read(fd, line, LOG_LINE);
                if (length <= 0) {
                    if (length != -ENODATA && length != 0 && text.isEmpty()) {
                        return "the kernel's message cannot be read: "
                                + Errno.of((int) -length).name();
                    }
                    return text.toString();
                }
                var message = new String(line.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)
                        .strip();
                text.append(text.isEmpty() ? "" : "; ").append(message.length() > 2 ? message.substring(2) : message);
            }
        }
    }
}
