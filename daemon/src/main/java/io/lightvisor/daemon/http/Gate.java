package io.lightvisor.daemon.http;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Keeps requests out while the daemon starts or ends.
public final class Gate {
    /// Where the daemon stands.
    public enum Phase {
        /// Nothing is answered yet, but for `/internal/ready`, which waits.
        STARTING,
        /// All is answered.
        OPEN,
        /// Only what looks on, not what begins work.
        ENDING
    }

    private volatile Phase phase = Phase.STARTING;
    private final CountDownLatch started = new CountDownLatch(1);

    /// Where the daemon stands.
    public Phase phase() {
        return phase;
    }

    /// Goes on to `next`.
    public void enter(Phase next) {
        phase = next;
        if (next != Phase.STARTING) {
            started.countDown();
        }
    }

    /// Waits until the start is over.
    public void awaitStarted() throws InterruptedException {
        started.await();
    }

    /// Why a request is not taken now, or null if it is.
    @Nullable
    String refusal(String method, String path) {
        return switch (phase) {
            case OPEN -> null;
            case STARTING -> path.startsWith("/internal/") ? null : "LXD daemon setup in progress";
            case ENDING ->
                method.equals("GET") || path.startsWith("/internal/") || path.startsWith("/1.0/operations")
                        ? null
                        : "LXD is shutting down";
        };
    }
}
