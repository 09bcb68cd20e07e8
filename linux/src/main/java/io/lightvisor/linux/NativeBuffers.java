package io.lightvisor.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A few big buffers outside the heap, reused: what read(2) and write(2) copy through. For use inside `linux`
/// only. The kernel must not see heap memory while a thread may wait, and allocating 256 KiB per call would
/// cost more than the copy.
public final class NativeBuffers {
    /// The size of one buffer, in bytes: four default pipes, above which throughput no longer grows.
    public static final int SIZE = 256 * 1024;

    private static final int KEPT = 16;
    private static final AtomicReferenceArray<@Nullable MemorySegment> POOL = new AtomicReferenceArray<>(KEPT);

    private NativeBuffers() {}

    /// A buffer of [#SIZE] bytes with any content. Give it back; one that is lost is freed by the collector.
    public static MemorySegment borrow() {
        for (int i = 0; i < KEPT; i++) {
            if (POOL.getPlain(i) != null) {
                var found = POOL.getAndSet(i, null);
                if (found != null) {
                    return found;
                }
            }
        }
        return Arena.ofAuto().allocate(SIZE, 64);
    }

    public static void giveBack(MemorySegment buffer) {
        for (int i = 0; i < KEPT; i++) {
            if (POOL.getPlain(i) == null && POOL.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }
}
