package io.lightvisor.linux.process;

import io.lightvisor.linux.CpuList;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/// On which CPUs a thread may run: sched_setaffinity(2).
public final class CpuAffinity {
    /// Room for 8192 CPUs, the kernel's largest.
    private static final int BYTES = 1024;

    private CpuAffinity() {}

    /// Of a thread; 0 for the calling one.
    public static CpuList of(int tid) {
        try (var scratch = Scratch.borrow()) {
            var mask = scratch.allocate(BYTES);
            long length = Syscalls.check(
                    Syscalls.syscall(SyscallNumber.sched_getaffinity, tid, BYTES, mask.address()),
                    "sched_getaffinity(2)",
                    "thread " + tid);
            return new CpuList(BitSet.valueOf(mask.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)));
        }
    }

    /// For a thread; 0 for the calling one.
    public static void set(int tid, CpuList cpus) {
        try (var scratch = Scratch.borrow()) {
            var bytes = cpus.toBitSet().toByteArray();
            var mask = scratch.allocate(BYTES);
            for (int i = 0; i < bytes.length; i++) {
                mask.set(ValueLayout.JAVA_BYTE, i, bytes[i]);
            }
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.sched_setaffinity, tid, BYTES, mask.address()),
                    "sched_setaffinity(2)",
                    "thread " + tid);
        }
    }
}
