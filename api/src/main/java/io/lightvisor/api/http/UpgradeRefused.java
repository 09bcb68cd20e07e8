package io.lightvisor.api.http;

import java.io.IOException;

/// The server answered a request for a websocket with something else.
public final class UpgradeRefused extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final byte[] body;

    UpgradeRefused(int status, byte[] body) {
        super("the server refused the websocket: " + status);
        this.status = status;
        this.body = body;
    }

    /// The status of the answer.
    public int status() {
        return status;
    }

    /// The body of the answer.
    public byte[] body() {
        return body.clone();
    }
}
