package io.lightvisor.container;

/// What [Containers] tells its owner.
@FunctionalInterface
public interface ContainerEvents {
    /// A container has ended by itself or by request; its cgroups and run folder are gone. Called once per container,
    /// on a
    /// virtual thread of its own, never for one that ended before [Containers#recover] (that one is in its answer).
    void exited(long instanceId, ExitCause cause);
}
