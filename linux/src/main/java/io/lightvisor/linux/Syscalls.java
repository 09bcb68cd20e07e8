package io.lightvisor.linux;

import java.lang.foreign.MemorySegment;

/// Raw system calls for the packages of this module, and for no one else: arguments are numbers and addresses.
///
/// Every call repeats on `EINTR` and answers as the kernel does: zero or more, or the negated errno. Give the
/// answer to [#check] or [#fd] to turn a refusal into a [SyscallException].
public final class Syscalls {
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private Syscalls() {}

    public static long syscall(int number) {
        return syscall(number, 0, 0, 0, 0, 0, 0);
    }

    public static long syscall(int number, long a) {
        return syscall(number, a, 0, 0, 0, 0, 0);
    }

    public static long syscall(int number, long a, long b) {
        return syscall(number, a, b, 0, 0, 0, 0);
    }

    public static long syscall(int number, long a, long b, long c) {
        return syscall(number, a, b, c, 0, 0, 0);
    }

    public static long syscall(int number, long a, long b, long c, long d) {
        return syscall(number, a, b, c, d, 0, 0);
    }

    public static long syscall(int number, long a, long b, long c, long d, long e) {
        return syscall(number, a, b, c, d, e, 0);
    }

    public static long syscall(int number, long a, long b, long c, long d, long e, long f) {
        try (var scratch = Scratch.borrow()) {
            long result;
            do {
                result = Libc.syscall(scratch.capture(), number, a, b, c, d, e, f);
            } while (result == -EINTR);
            return result;
        }
    }

    /// One attempt, for close(2): after `EINTR` the descriptor is gone, and its number perhaps somebody else's.
    static long once(int number, long a) {
        try (var scratch = Scratch.borrow()) {
            return Libc.syscall(scratch.capture(), number, a, 0, 0, 0, 0, 0);
        }
    }

    /// A function of the C library found by [#function], with an int as its answer; not repeated on `EINTR`.
    public static int call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try (var scratch = Scratch.borrow()) {
            return Libc.function(function, scratch.capture(), a, b, c, d, e, f);
        }
    }

    /// Finds a function of the C library by name.
    public static MemorySegment function(String name) {
        return Libc.symbol(name);
    }

    /// The answer itself, if it is no refusal.
    public static long check(long result, String call, String subject) {
        if (result < 0) {
            throw failure(result, call, subject);
        }
        return result;
    }

    /// As [#check], for a call about a descriptor.
    public static long check(long result, String call, Fd about) {
        if (result < 0) {
            throw failure(result, call, about.toString());
        }
        return result;
    }

    /// The new descriptor in an answer.
    public static Fd fd(long result, String call, String subject) {
        return new Fd((int) check(result, call, subject), subject);
    }

    /// Takes over a descriptor number that the kernel gave (in a control message, an array).
    public static Fd adopt(int number, String what) {
        return new Fd(number, what);
    }

    public static SyscallException failure(long result, String call, String subject) {
        return new SyscallException(call, subject, Errno.of((int) -result));
    }

    /// The number of an open descriptor, for the argument of a call. Never keep it.
    ///
    /// @throws SyscallException with `EBADF` if it is closed
    public static int number(Fd fd) {
        return fd.number();
    }

    /// read(2) once; the count, 0 at the end, or the negated errno.
    public static long read(Fd fd, MemorySegment into, long length) {
        int number = fd.acquire();
        try {
            return syscall(SyscallNumber.read, number, into.address(), length);
        } finally {
            fd.release();
        }
    }

    /// write(2) once; the count or the negated errno.
    public static long write(Fd fd, MemorySegment from, long length) {
        int number = fd.acquire();
        try {
            return syscall(SyscallNumber.write, number, from.address(), length);
        } finally {
            fd.release();
        }
    }

    /// close(2) of a number that no [Fd] owns.
    public static void close(long number) {
        once(SyscallNumber.close, number);
    }

    public static boolean isAgain(long result) {
        return result == -EAGAIN;
    }
}
