package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Opens files: open(2) for paths of the host that we made ourselves, openat2(2) for everything below a
/// directory that somebody else can write to.
public final class Open {
    private static final int AT_FDCWD = -100;
    private static final int OPEN_HOW_SIZE = 24;
    private static final int EAGAIN = 11;
    private static final int RETRIES = 32;

    private Open() {}

    /// Opens a path of the host; links are followed unless `NO_FOLLOW`.
    public static Fd path(Path path, OpenFlag... flags) {
        return path(path.toString(), 0, flags);
    }

    /// Opens and, with `CREATE`, makes a file of exactly this mode, whatever the umask says.
    public static Fd path(Path path, int mode, OpenFlag... flags) {
        return path(path.toString(), mode, flags);
    }

    /// As [#path(Path,OpenFlag...)], for hot places that have a string.
    public static Fd path(String path, OpenFlag... flags) {
        return path(path, 0, flags);
    }

    /// Opens what `path` names below `directory`, walking by the rules.
    ///
    ///     Open.below(rootfs, "etc/hostname", new Resolve[] {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS}, 0)
    ///
    /// @param mode for a new file (`CREATE`, `TEMPORARY`); exactly this, whatever the umask says
    public static Fd below(Fd directory, String path, Resolve[] rules, int mode, OpenFlag... flags) {
        int bits = OpenFlag.bits(flags);
        boolean makes =
                (bits & OpenFlag.O_CREAT) != 0 || (bits & OpenFlag.TEMPORARY.bits()) == OpenFlag.TEMPORARY.bits();
        var fd = below(directory, path, bits, makes ? mode : 0, Resolve.bits(rules));
        return makes ? withMode(fd, mode, bits) : fd;
    }

    /// The open of `below` with raw bits; for this package.
    static Fd below(Fd directory, String path, int bits, int mode, long resolve) {
        try (var scratch = Scratch.borrow()) {
            var how = scratch.allocate(OPEN_HOW_SIZE);
            how.set(ValueLayout.JAVA_LONG, 0, bits & 0xFFFFFFFFL);
            how.set(ValueLayout.JAVA_LONG, 8, mode);
            how.set(ValueLayout.JAVA_LONG, 16, resolve);
            long name = scratch.text(path);
            long result;
            int tries = 0;
            do {
                result = Syscalls.syscall(
                        SyscallNumber.openat2, Syscalls.number(directory), name, how.address(), OPEN_HOW_SIZE);
                // A rename anywhere during a walk with ".." makes the kernel unsure: try again (openat2(2), EAGAIN).
            } while (result == -EAGAIN && ++tries < RETRIES);
            return Syscalls.fd(result, "openat2(2)", path);
        }
    }

    private static Fd path(String path, int mode, OpenFlag... flags) {
        int bits = OpenFlag.bits(flags);
        try (var scratch = Scratch.borrow()) {
            var fd = Syscalls.fd(
                    Syscalls.syscall(SyscallNumber.openat, AT_FDCWD, scratch.text(path), bits & 0xFFFFFFFFL, mode),
                    "openat(2)",
                    path);
            return (bits & OpenFlag.O_CREAT) != 0 ? withMode(fd, mode, bits) : fd;
        }
    }

    /// The umask can only have taken bits away; they are given back to a file that is surely new.
    private static Fd withMode(Fd fd, int mode, int bits) {
        boolean isNew = (bits & OpenFlag.EXCLUSIVE.bits()) != 0
                || (bits & OpenFlag.TEMPORARY.bits()) == OpenFlag.TEMPORARY.bits();
        if (isNew && Umask.takes(mode)) {
            try {
                fd.chmod(mode);
            } catch (RuntimeException e) {
                fd.close();
                throw e;
            }
        }
        return fd;
    }
}
