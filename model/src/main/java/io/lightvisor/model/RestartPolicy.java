package io.lightvisor.model;

/// What follows when an instance ends by itself: `boot.restart.policy`. A stop that a user asked for is
/// never undone.
public enum RestartPolicy {
    /// It rests.
    NO,
    /// It is started again, unless it shut itself down.
    ON_FAILURE,
    /// It is started again.
    ALWAYS;

    /// Of an effective instance.
    public static RestartPolicy of(ExpandedInstance expanded) {
        return switch (expanded.config("boot.restart.policy", "")) {
            case "always" -> ALWAYS;
            case "on-failure" -> ON_FAILURE;
            default -> NO;
        };
    }
}
