package io.lightvisor.daemon.http;

/// On which thread a handler runs.
public enum Where {
    /// On the selector's own thread: no hand-over, but the handler must not wait for anything, nor read the body.
    SELECTOR,
    /// On a virtual thread of its own: it may block.
    VIRTUAL
}
