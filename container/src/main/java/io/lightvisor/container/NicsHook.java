package io.lightvisor.container;

import io.lightvisor.linux.Fd;

/// Gives a container its network, while its init waits just before it is executed.
@FunctionalInterface
public interface NicsHook {
    /// A container with nothing but a loopback that is down.
    NicsHook NONE = (pid, netns) -> {};

    /// Moves interfaces in and configures them. An exception ends the start, and is what its caller sees.
    ///
    /// @param initPid the container's init, as the host sees it
    /// @param netns its network namespace; valid during the call
    void attach(int initPid, Fd netns) throws Exception;
}
