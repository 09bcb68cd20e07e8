package io.lightvisor.cli.spec;

/// One flag of a command.
public record Flag(char letter, String name, Kind kind, String fallback, String help) {
    /// What follows a flag.
    public enum Kind {
        /// Nothing.
        SWITCH,
        /// One value.
        TEXT,
        /// One value each time it is given.
        LIST,
        /// A value behind `=`, or nothing: then `fallback`.
        OPTIONAL
    }

    /// A flag without a letter has this one.
    public static final char NO_LETTER = ' ';
}
