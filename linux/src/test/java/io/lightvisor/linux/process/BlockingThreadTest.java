package io.lightvisor.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BlockingThreadTest {
    private static Throwable onVirtualThread(java.util.concurrent.Callable<?> work) throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        work.call();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                })
                .join();
        return thrown.get();
    }

    @Test
    void call_fromAVirtualThread_runsOnAPlatformThread() throws Exception {
        var virtual = new AtomicBoolean(true);
        assertEquals(
                null,
                onVirtualThread(() -> BlockingThread.call("t", () -> {
                    virtual.set(Thread.currentThread().isVirtual());
                    return 1;
                })));
        assertTrue(!virtual.get());
    }

    @Test
    void call_thatThrows() throws Exception {
        var e = onVirtualThread(() -> BlockingThread.call("t", () -> {
            throw new IOException("x");
        }));
        assertInstanceOf(IOException.class, e);
    }

    @Test
    void call_interrupted_endsTheWorkFirst() throws Exception {
        var begun = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        var seen = new AtomicReference<Throwable>();
        var caller = Thread.ofVirtual().start(() -> {
            try {
                BlockingThread.call("t", () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        ended.set(true);
                    }
                    return 1;
                });
            } catch (Exception e) {
                seen.set(ended.get() ? e : null);
            }
        });
        begun.await();
        caller.interrupt();
        caller.join();
        assertInstanceOf(InterruptedException.class, seen.get());
    }
}
