package io.lightvisor.linux.process;

import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;

/// Makes this thread look to file systems like another user: setfsuid(2), credentials(7). What it opens and makes is
/// then allowed, and owned, as if that user did it, without root's rights over files.
///
/// For a thread that does nothing else afterwards ([NamespaceThread]): the kernel keeps these ids per thread.
public final class FileIds {
    private FileIds() {}

    /// Becomes the user until [#becomeRoot], with no other group. Go back before the thread ends: a thread that it
    /// wakes
    /// or starts would be born as that user.
    public static void become(long uid, long gid) {
        Syscalls.check(Syscalls.syscall(SyscallNumber.setgroups, 0, 0), "setgroups(2)", "none");
        // They answer with the id before, not with an error.
        Syscalls.syscall(SyscallNumber.setfsgid, gid);
        Syscalls.syscall(SyscallNumber.setfsuid, uid);
    }

    /// Root again, who may give away what was made; the groups stay away.
    public static void becomeRoot() {
        Syscalls.syscall(SyscallNumber.setfsuid, 0);
        Syscalls.syscall(SyscallNumber.setfsgid, 0);
    }
}
