package io.lightvisor.api.client;

/// The server refused, or the operation failed. `code` is as in HTTP (404, 409, ...).
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final boolean ofOperation;

    /// `message` is the server's own.
    public ApiException(int code, String message) {
        this(code, message, false);
    }

    ApiException(int code, String message, boolean ofOperation) {
        super(message);
        this.code = code;
        this.ofOperation = ofOperation;
    }

    /// Whether the request was taken, and what it began has failed later.
    public boolean isOfOperation() {
        return ofOperation;
    }

    /// The code, as in HTTP.
    public int code() {
        return code;
    }
}
