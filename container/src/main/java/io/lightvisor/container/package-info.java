/// Runs containers: what a container is made of ([StartSpec]) becomes a plan, the launcher (`src/main/c`) carries it
/// out
/// and stays as the container's monitor, and [Containers] finds every one of them again after a restart of the
/// daemon.
///
///     StartSpec --StartPlan (pure)--> plan --launcher--> init running --monitor--> ExitCause
///
/// Nothing here decides what a user may have: specs come checked from the engine.
@NullMarked
package io.lightvisor.container;

import org.jspecify.annotations.NullMarked;
