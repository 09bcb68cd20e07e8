package io.lightvisor.linux.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.socket.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class PollerTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private final Poller poller = Poller.shared();

    @Test
    void awaitReadable_untilDataComes() throws Exception {
        try (var pipe = Pipe.create()) {
            assertFalse(poller.awaitReadable(pipe.read(), SOON));
            var woken = new CompletableFuture<Void>();
            Thread.ofVirtual().start(() -> {
                try {
                    poller.awaitReadable(pipe.read());
                    woken.complete(null);
                } catch (Throwable t) {
                    woken.completeExceptionally(t);
                }
            });
            pipe.write().writeAll(new byte[1]);
            woken.get(5, TimeUnit.SECONDS);
            assertTrue(poller.awaitReadable(pipe.read(), SOON));
            pipe.read().read(new byte[1]);
            assertFalse(poller.awaitReadable(pipe.read(), SOON));
            pipe.write().close();
            poller.awaitReadable(pipe.read());
        }
    }

    @Test
    void awaitReadable_closedMeanwhile() throws Exception {
        try (var pipe = Pipe.create()) {
            var failure = new AtomicReference<Throwable>();
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    poller.awaitReadable(pipe.read());
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            pipe.read().close();
            waiting.join();
            assertTrue(((SyscallException) failure.get()).is(Errno.EBADF));
            assertThrows(SyscallException.class, () -> poller.awaitReadable(pipe.read()));
        }
    }

    @Test
    void awaitReadable_interrupted() throws Exception {
        try (var pipe = Pipe.create()) {
            var failure = new AtomicReference<Throwable>();
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    poller.awaitReadable(pipe.read());
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            waiting.interrupt();
            waiting.join();
            assertTrue(failure.get() instanceof InterruptedException);
        }
    }

    @Test
    void awaitReadable_regularFileIsAlwaysReady() throws Exception {
        try (var file = io.lightvisor.linux.fs.Open.path("/etc/passwd")) {
            poller.awaitReadable(file);
            poller.awaitReadable(file);
        }
        try (var memory = Memfd.create("test")) {
            poller.awaitWritable(memory);
        }
    }

    @Test
    void onReadable_againAndAgain() throws Exception {
        try (var pipe = Pipe.create()) {
            var seen = new LinkedBlockingQueue<Integer>();
            try (var registration =
                    poller.onReadable(pipe.read(), () -> seen.add(pipe.read().read(new byte[10])))) {
                for (int i = 1; i < 5; i++) {
                    pipe.write().writeAll(new byte[i]);
                    assertEquals(i, seen.poll(5, TimeUnit.SECONDS));
                }
            }
            pipe.write().writeAll(new byte[9]);
            assertNull(seen.poll(30, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void numbersUsedAgain_manyPipes() throws Exception {
        for (int round = 0; round < 50; round++) {
            var pipes = new ArrayList<Pipe>();
            var woken = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) {
                var pipe = Pipe.create();
                pipes.add(pipe);
                Thread.ofVirtual().start(() -> {
                    try {
                        poller.awaitReadable(pipe.read());
                        woken.countDown();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            for (var pipe : pipes) {
                pipe.write().writeAll(new byte[1]);
            }
            assertTrue(woken.await(5, TimeUnit.SECONDS));
            pipes.forEach(Pipe::close);
        }
    }

    @Test
    void streams_copyEverything() throws Exception {
        var pipe = Pipe.create();
        long total = 256L << 20;
        var writer = Thread.ofVirtual().start(() -> {
            try (var out = new FdOutput(pipe.write())) {
                var chunk = new byte[256 * 1024];
                for (long i = 0; i < total; i += chunk.length) {
                    out.write(chunk);
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        long start = System.nanoTime();
        long count = 0;
        try (var in = new FdInput(pipe.read())) {
            var into = new byte[256 * 1024];
            int n;
            while ((n = in.read(into)) >= 0) {
                count += n;
            }
        }
        writer.join();
        assertEquals(total, count);
        System.out.println("pipe: " + total * 1000 / (System.nanoTime() - start) + " MB/s");
    }
}
