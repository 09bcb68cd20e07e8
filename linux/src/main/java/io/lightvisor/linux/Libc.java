package io.lightvisor.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The only downcall of the program. Every function is called through one shape, seven longs in and one out: a
/// second shape would cost some milliseconds of generated code at the start of the daemon, and a C function
/// that takes fewer arguments never looks at the registers behind them (System V and AAPCS64 calling
/// conventions, the caller cleans up).
final class Libc {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final Linker LINKER = Linker.nativeLinker();

    // syscall(2) is variadic after its number, which matters to the linker on some platforms.
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));

    /// The size of the area in which errno is captured, in bytes.
    static final long CAPTURE_SIZE = Linker.Option.captureStateLayout().byteSize();

    private static final MemorySegment SYSCALL = symbol("syscall");

    private Libc() {}

    static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /// Calls syscall(2). The answer, or the negated errno, as the kernel itself gives it.
    static long syscall(MemorySegment capture, long number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) CALL.invokeExact(SYSCALL, capture, number, a, b, c, d, e, f);
            return result == -1 ? -errno(capture) : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Calls a function of the C library that returns an int (or an error number itself); the raw answer.
    static int function(MemorySegment symbol, MemorySegment capture, long a, long b, long c, long d, long e, long f) {
        try {
            return (int) (long) CALL.invokeExact(symbol, capture, a, b, c, d, e, f, 0L);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int errno(MemorySegment capture) {
        return capture.get(ValueLayout.JAVA_INT, 0);
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t);
        };
    }
}
