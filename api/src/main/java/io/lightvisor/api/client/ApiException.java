package io.lightvisor.api.client;

/// The server refused, or the operation failed. `code` is as in HTTP (404, 409, ...).
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    /// `message` is the server's own.
    public ApiException(int code, String message) {
        super(message);
        this.code = code;
    }

    /// The code, as in HTTP.
    public int code() {
        return code;
    }
}
