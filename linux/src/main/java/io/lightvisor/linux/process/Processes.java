package io.lightvisor.linux.process;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;

/// Ourselves, and others by number. Hold a [Pidfd] wherever a process is known for longer than one call.
public final class Processes {
    private Processes() {}

    /// Our own pid: getpid(2).
    public static int self() {
        return (int) Syscalls.syscall(SyscallNumber.getpid);
    }

    /// The number of the platform thread this runs on: gettid(2).
    public static int thread() {
        return (int) Syscalls.syscall(SyscallNumber.gettid);
    }

    /// kill(2); false if there is no such process.
    ///
    /// @param pid or a process group as its negated number
    public static boolean kill(int pid, Signal signal) {
        long result = Syscalls.syscall(SyscallNumber.kill, pid, signal.number());
        if (Errno.of((int) -result) == Errno.ESRCH) {
            return false;
        }
        Syscalls.check(result, "kill(2)", "pid " + pid);
        return true;
    }
}
