package io.lightvisor.api.http;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A request: method, target (path and query, encoded already), headers, and a body of bytes, of a stream, or none.
public final class HttpRequest {
    private final String method;
    private final String target;
    private final HttpHeaders headers = new HttpHeaders();
    private byte @Nullable [] bytes;
    private @Nullable InputStream stream;
    private long length = -1;

    /// A request without a body.
    public HttpRequest(String method, String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) > '~') {
                throw new IllegalArgumentException("a target must be encoded: " + target);
            }
        }
        this.method = method;
        this.target = target;
    }

    /// Adds a header.
    public HttpRequest header(String name, String value) {
        headers.add(name, value);
        return this;
    }

    /// Sets the body.
    public HttpRequest body(byte[] body) {
        bytes = body;
        length = body.length;
        return this;
    }

    /// Sets a body that is read while it is sent; of `length` bytes, or in chunks if that is -1. Such a request cannot
    /// be repeated.
    public HttpRequest body(InputStream body, long length) {
        stream = body;
        this.length = length;
        return this;
    }

    /// The method.
    public String method() {
        return method;
    }

    /// Path and query.
    public String target() {
        return target;
    }

    HttpHeaders headers() {
        return headers;
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    @Nullable
    InputStream stream() {
        return stream;
    }

    long length() {
        return length;
    }

    boolean repeatable() {
        return stream == null && method.equals("GET");
    }
}
