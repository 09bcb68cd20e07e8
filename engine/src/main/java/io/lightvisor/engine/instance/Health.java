package io.lightvisor.engine.instance;

/// What health checks found.
///
/// @param log what the last failed check said, at most 4 KiB; empty after a good one
public record Health(Status status, int failures, String log) {
    /// Before the first check.
    static final Health UNKNOWN = new Health(Status.STARTING, 0, "");

    /// How an instance is.
    public enum Status {
        /// Not known yet.
        STARTING("starting"),
        HEALTHY("healthy"),
        UNHEALTHY("unhealthy");

        private final String wire;

        Status(String wire) {
            this.wire = wire;
        }

        /// The spelling of the API.
        public String wire() {
            return wire;
        }
    }
}
