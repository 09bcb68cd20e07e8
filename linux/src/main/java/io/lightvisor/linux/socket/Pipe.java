package io.lightvisor.linux.socket;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;

/// A pipe: pipe2(2). Both ends block until told otherwise; give one to a child and wrap the other in `FdInput`
/// or `FdOutput`, which affects that end only.
public record Pipe(Fd read, Fd write) implements AutoCloseable {
    private static final int O_CLOEXEC = 02000000;

    public static Pipe create() {
        try (var scratch = Scratch.borrow()) {
            var ends = scratch.allocate(8);
            Syscalls.check(Syscalls.syscall(SyscallNumber.pipe2, ends.address(), O_CLOEXEC), "pipe2(2)", "");
            return new Pipe(
                    Syscalls.adopt(ends.get(ValueLayout.JAVA_INT, 0), "pipe, read end"),
                    Syscalls.adopt(ends.get(ValueLayout.JAVA_INT, 4), "pipe, write end"));
        }
    }

    @Override
    public void close() {
        read.close();
        write.close();
    }
}
