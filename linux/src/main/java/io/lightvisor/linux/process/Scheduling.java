package io.lightvisor.linux.process;

import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;

/// How the kernel schedules a thread: sched(7).
public final class Scheduling {
    private Scheduling() {}

    /// sched_setscheduler(2).
    ///
    /// @param thread   its id, as we see it
    /// @param policy   `SCHED_*`, include/uapi/linux/sched.h
    /// @param priority 1 to 99 for real-time policies, else 0
    public static void set(int thread, int policy, int priority) {
        try (var scratch = Scratch.borrow()) {
            var parameter = scratch.allocate(4);
            parameter.set(ValueLayout.JAVA_INT, 0, priority);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.sched_setscheduler, thread, policy, parameter.address()),
                    "sched_setscheduler(2)",
                    "thread " + thread);
        }
    }
}
