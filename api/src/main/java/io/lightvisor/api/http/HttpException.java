package io.lightvisor.api.http;

import java.io.IOException;

/// The other side does not speak HTTP or websocket as it should, or more than we take.
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    /// `message` says what was wrong.
    public HttpException(String message) {
        super(message);
    }
}
