package io.lightvisor.linux.process;

import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;

/// The resource limits of prlimit(2), by the names that `limits.kernel.*` uses. Numbers of x86_64 and aarch64.
public enum ResourceLimit {
    CPU(0),
    FSIZE(1),
    DATA(2),
    STACK(3),
    CORE(4),
    RSS(5),
    NPROC(6),
    NOFILE(7),
    MEMLOCK(8),
    AS(9),
    LOCKS(10),
    SIGPENDING(11),
    MSGQUEUE(12),
    NICE(13),
    RTPRIO(14),
    RTTIME(15);

    /// No limit: all bits, as the kernel writes it.
    public static final long UNLIMITED = -1;

    private static final int RLIMIT_SIZE = 16;

    private final int number;

    ResourceLimit(int number) {
        this.number = number;
    }

    /// A soft and a hard limit; [#UNLIMITED] for none.
    public record Value(long soft, long hard) {}

    /// The `RLIMIT_*` number.
    public int number() {
        return number;
    }

    /// Finds a limit by its small name: `nofile`.
    public static Optional<ResourceLimit> named(String name) {
        for (var limit : values()) {
            if (limit.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    /// The limit of a process; 0 for our own.
    public Value get(int pid) {
        try (var scratch = Scratch.borrow()) {
            var old = scratch.allocate(RLIMIT_SIZE);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.prlimit64, pid, number, 0, old.address()),
                    "prlimit(2) " + name(),
                    "pid " + pid);
            return new Value(old.get(ValueLayout.JAVA_LONG, 0), old.get(ValueLayout.JAVA_LONG, 8));
        }
    }

    /// Sets the limit of a process; 0 for our own.
    public void set(int pid, Value value) {
        try (var scratch = Scratch.borrow()) {
            var wanted = scratch.allocate(RLIMIT_SIZE);
            wanted.set(ValueLayout.JAVA_LONG, 0, value.soft);
            wanted.set(ValueLayout.JAVA_LONG, 8, value.hard);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.prlimit64, pid, number, wanted.address(), 0),
                    "prlimit(2) " + name(),
                    "pid " + pid);
        }
    }
}
