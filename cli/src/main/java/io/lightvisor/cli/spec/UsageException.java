package io.lightvisor.cli.spec;

/// The command line is wrong; the message says how.
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /// `message` stands behind `Error: `.
    public UsageException(String message) {
        super(message);
    }
}
