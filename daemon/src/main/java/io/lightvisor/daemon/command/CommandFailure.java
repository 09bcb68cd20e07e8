package io.lightvisor.daemon.command;

/// Ends a command with exit code 1 and these words.
public final class CommandFailure extends Exception {
    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
