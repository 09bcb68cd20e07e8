package io.lightvisor.cli.session;

/// The command cannot do what it was asked; the message is for the person.
public final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    /// `message` stands behind `Error: `.
    public CliException(String message) {
        super(message);
    }
}
