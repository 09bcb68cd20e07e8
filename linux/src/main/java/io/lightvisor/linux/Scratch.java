package io.lightvisor.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Memory outside the heap for the arguments of one call: borrowed, filled, given back. For use inside `linux`
/// only.
///
/// It comes from a small pool instead of an arena per call, because an arena costs more than most system calls,
/// and a thread local would multiply by the number of virtual threads.
///
///     try (var scratch = Scratch.borrow()) {
///         long name = scratch.text("etc/passwd");
///         Syscalls.syscall(...);
///     }
public final class Scratch implements AutoCloseable {
    private static final int SIZE = 16 * 1024;
    private static final int SLOTS = 64;
    private static final int PROBES = 4;
    private static final long START = Math.max(16, (Libc.CAPTURE_SIZE + 15) & ~15L);
    private static final AtomicReferenceArray<@Nullable Scratch> POOL = new AtomicReferenceArray<>(SLOTS);

    private final MemorySegment memory;
    private final MemorySegment capture;
    private final List<MemorySegment> extra = new ArrayList<>(0);
    private long top = START;

    private Scratch() {
        memory = Arena.ofAuto().allocate(SIZE, 16);
        capture = memory.asSlice(0, Libc.CAPTURE_SIZE);
    }

    public static Scratch borrow() {
        int at = slot();
        for (int i = 0; i < PROBES; i++) {
            var found = POOL.getAndSet((at + i) % SLOTS, null);
            if (found != null) {
                return found;
            }
        }
        return new Scratch();
    }

    @Override
    public void close() {
        top = START;
        if (!extra.isEmpty()) {
            extra.clear();
        }
        int at = slot();
        for (int i = 0; i < PROBES; i++) {
            if (POOL.compareAndSet((at + i) % SLOTS, null, this)) {
                return;
            }
        }
    }

    /// Zeroed memory, aligned to 16 bytes, valid until this scratch is closed.
    public MemorySegment allocate(long bytes) {
        var room = uninitialized(bytes);
        room.fill((byte) 0);
        return room;
    }

    /// The address of the text as the kernel wants it: bytes, then a zero. [FileNames] tells what becomes of
    /// non-UTF-8.
    ///
    /// @throws IllegalArgumentException if the text contains a zero character, at which the kernel would stop
    ///        reading
    public long text(String text) {
        return cString(FileNames.encode(text)).address();
    }

    /// Bytes and a zero behind them.
    public MemorySegment cString(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a zero character in " + FileNames.decode(bytes));
            }
        }
        var room = uninitialized(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, bytes.length);
        room.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return room;
    }

    /// A copy of the bytes.
    public MemorySegment bytes(byte[] bytes) {
        var room = uninitialized(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return room;
    }

    MemorySegment capture() {
        return capture;
    }

    private MemorySegment uninitialized(long bytes) {
        long end = (top + bytes + 15) & ~15L;
        if (end > SIZE) {
            var room = Arena.ofAuto().allocate(bytes, 16);
            extra.add(room);
            return room;
        }
        var room = memory.asSlice(top, bytes);
        top = end;
        return room;
    }

    private static int slot() {
        return (int) (Thread.currentThread().threadId() % SLOTS);
    }
}
