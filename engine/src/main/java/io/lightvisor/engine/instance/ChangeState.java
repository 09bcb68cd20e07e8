package io.lightvisor.engine.instance;

import java.time.Duration;
import java.util.Optional;

/// Asks for another state of an instance.
///
/// @param timeout for a clean stop; empty waits for ever
/// @param force   kill instead of asking
public record ChangeState(Action action, Optional<Duration> timeout, boolean force, boolean stateful) {
    /// What to do.
    public enum Action {
        START("Starting instance"),
        STOP("Stopping instance"),
        RESTART("Restarting instance"),
        FREEZE("Freezing instance"),
        UNFREEZE("Unfreezing instance");

        private final String description;

        Action(String description) {
            this.description = description;
        }

        /// The description of its operation.
        public String description() {
            return description;
        }
    }
}
