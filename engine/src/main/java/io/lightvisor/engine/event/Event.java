package io.lightvisor.engine.event;

import io.lightvisor.model.ProjectName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Something that happened.
///
/// @param project whose listeners hear it; empty: all listeners
public record Event(Instant timestamp, Optional<ProjectName> project, Payload payload) {
    /// What happened, by type.
    public sealed interface Payload {
        /// The type's name on the wire.
        String type();
    }

    /// An operation changed.
    public record OperationChanged(OperationView operation) implements Payload {
        @Override
        public String type() {
            return "operation";
        }
    }

    /// An object changed.
    ///
    /// @param action  `instance-started`, `profile-created`, ...
    /// @param source  the object's URL
    /// @param context what else is worth telling
    public record Lifecycle(String action, String source, Map<String, Object> context, Optional<Requestor> requestor)
            implements Payload {
        @Override
        public String type() {
            return "lifecycle";
        }
    }

    /// A line of the daemon's log.
    public record Logging(String level, String message, Map<String, String> context) implements Payload {
        @Override
        public String type() {
            return "logging";
        }
    }

    /// Who asked for a change.
    ///
    /// @param protocol `unix` or `tls`
    public record Requestor(String username, String protocol, String address) {}
}
