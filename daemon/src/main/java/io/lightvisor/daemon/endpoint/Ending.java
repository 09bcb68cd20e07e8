package io.lightvisor.daemon.endpoint;

/// The way the process ends when a client asks for it.
@FunctionalInterface
public interface Ending {
    /// Stops all instances, returns when they are, and lets the process end soon after: the answer shall still arrive.
    ///
    /// @param force do not wait for operations under way
    void stopInstances(boolean force) throws InterruptedException;
}
