package io.lightvisor.container;

import java.util.Optional;

/// What [Containers#recover] found out about a container that ran when the daemon last did.
///
/// @param running there if it still runs
/// @param ended   there if it does not
public record RecoveredContainer(long instanceId, Optional<RunningContainer> running, Optional<ExitCause> ended) {}
