package io.lightvisor.api.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/// An answer. Its body must be read to the end, or the answer closed, before its connection serves again.
public final class HttpResponse implements Closeable {
    private final int status;
    private final HttpHeaders headers;
    private final InputStream body;

    HttpResponse(int status, HttpHeaders headers, InputStream body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /// The status, as 200.
    public int status() {
        return status;
    }

    /// The headers.
    public HttpHeaders headers() {
        return headers;
    }

    /// The body as a stream.
    public InputStream body() {
        return body;
    }

    /// Reads the whole body. Throws [HttpException] if it is longer than `limit` bytes.
    public byte[] bytes(int limit) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        ByteArrayOutputStream all = new ByteArrayOutputStream(16 * 1024);
        int n;
        while ((n = body.read(buffer, 0, buffer.length)) > 0) {
            all.write(buffer, 0, n);
            if (all.size() > limit) {
                close();
                throw new HttpException("the answer is longer than " + limit + " bytes");
            }
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
