package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;

/// Files that live in memory only: memfd_create(2). A sealed one can be handed to anyone: nobody can change it
/// any more.
public final class Memfd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    /// Linux 6.3; without it a warning is logged, or the file made not executable (vm.memfd_noexec).
    private static final int MFD_EXEC = 0x10;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_SEAL_SEAL = 1;
    private static final int F_SEAL_SHRINK = 2;
    private static final int F_SEAL_GROW = 4;
    private static final int F_SEAL_WRITE = 8;
    private static final int EINVAL = 22;

    private Memfd() {}

    /// An empty file in memory.
    ///
    /// @param name seen in /proc/PID/fd as `memfd:name`
    public static Fd create(String name) {
        try (var scratch = Scratch.borrow()) {
            long text = scratch.text(name);
            int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
            long result = Syscalls.syscall(SyscallNumber.memfd_create, text, flags | MFD_EXEC);
            if (result == -EINVAL) {
                result = Syscalls.syscall(SyscallNumber.memfd_create, text, flags);
            }
            return Syscalls.fd(result, "memfd_create(2)", name);
        }
    }

    /// A file in memory with this content, sealed and positioned at its start.
    public static Fd sealed(String name, byte[] content) {
        var fd = create(name);
        try {
            fd.writeAll(content);
            fd.seek(0);
            seal(fd);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// Forbids for ever, to everyone, to write, grow, shrink or unseal: fcntl(2), F_ADD_SEALS.
    public static void seal(Fd memfd) {
        int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
        Syscalls.check(
                Syscalls.syscall(SyscallNumber.fcntl, Syscalls.number(memfd), F_ADD_SEALS, seals),
                "fcntl(2) F_ADD_SEALS",
                memfd);
    }
}
