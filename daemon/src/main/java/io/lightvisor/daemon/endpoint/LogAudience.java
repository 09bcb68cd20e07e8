package io.lightvisor.daemon.endpoint;

import java.util.concurrent.atomic.AtomicInteger;

/// Whether a client asked for the log in its details. Every command of LXD's client listens to events, so lines of
/// level
/// debug are made only while somebody named `type=logging`.
public final class LogAudience {
    private final AtomicInteger listeners = new AtomicInteger();

    void enter() {
        listeners.incrementAndGet();
    }

    void leave() {
        listeners.decrementAndGet();
    }

    /// Whether somebody listens.
    public boolean isThere() {
        return listeners.get() > 0;
    }
}
