package io.lightvisor.api;

import org.jspecify.annotations.Nullable;

/// Text that should have been JSON of a certain shape and is not. A server answers 400 with its message.
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// `message` says what is wrong, in words for whoever sent it.
    public WireException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
