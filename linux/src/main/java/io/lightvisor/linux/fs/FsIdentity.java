package io.lightvisor.linux.fs;

import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/// Who makes files: setfsuid(2). On a mount that is idmapped, or made in a user namespace, the host's root has no id,
/// and the kernel refuses what he makes there with `EOVERFLOW`; the root of that namespace has one.
///
/// The identity is the thread's and lasts for one action, which therefore must not wait for anything but the kernel:
/// a virtual thread that parks would leave its identity to the next one.
public final class FsIdentity {
    /// The process's own.
    public static final FsIdentity OWN = new FsIdentity(0, 0);

    /// "_LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h"
    private static final int CAPABILITY_VERSION = 0x20080522;

    static {
        // Read before any identity is taken on, not in the middle of it.
        Umask.takes(0);
    }

    private final int uid;
    private final int gid;

    private FsIdentity(int uid, int gid) {
        this.uid = uid;
        this.gid = gid;
    }

    /// The user and group of these ids of the host.
    public static FsIdentity of(long uid, long gid) {
        return uid == 0 && gid == 0 ? OWN : new FsIdentity((int) uid, (int) gid);
    }

    /// Runs the action as this identity, with all rights over files that the process has.
    public <T> T call(Supplier<T> action) {
        if (this == OWN) {
            return action.get();
        }
        try {
            Syscalls.syscall(SyscallNumber.setfsgid, gid);
            Syscalls.syscall(SyscallNumber.setfsuid, uid);
            keepCapabilities();
            return action.get();
        } finally {
            // Brings the rights over files back by itself: capabilities(7), "Effect of user ID changes".
            Syscalls.syscall(SyscallNumber.setfsuid, 0);
            Syscalls.syscall(SyscallNumber.setfsgid, 0);
        }
    }

    /// As [#call], without an answer.
    public void run(Runnable action) {
        call(() -> {
            action.run();
            return "";
        });
    }

    /// Leaving the root's id took `CAP_DAC_OVERRIDE` and its like out of the effective set; they are still permitted.
    private static void keepCapabilities() {
        try (var scratch = Scratch.borrow()) {
            // "struct __user_cap_header_struct" and two of "__user_cap_data_struct": effective, permitted, inheritable.
            MemorySegment header = scratch.allocate(8);
            header.set(ValueLayout.JAVA_INT, 0, CAPABILITY_VERSION);
            MemorySegment data = scratch.allocate(24);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.capget, header.address(), data.address()), "capget(2)", "thread");
            data.set(ValueLayout.JAVA_INT, 0, data.get(ValueLayout.JAVA_INT, 4));
            data.set(ValueLayout.JAVA_INT, 12, data.get(ValueLayout.JAVA_INT, 16));
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.capset, header.address(), data.address()), "capset(2)", "thread");
        }
    }
}
