package io.lightvisor.daemon.http;

import io.lightvisor.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;

/// Sends a file as the body of an answer, by way of a buffer that Jetty writes without a copy. A small one goes out in
/// one write together with the head.
final class FileSender {
    /// What a unix socket holds by default, and a little more than half of the processor's second cache.
    private static final int BUFFER = 256 << 10;

    private final Request request;
    private final Response response;

    FileSender(Request request, Response response) {
        this.request = request;
        this.response = response;
    }

    /// Sends it; if the file ends early, the connection is broken off, so that nobody takes the part for the whole.
    void send(Answer.FileBody answer, Callback callback) {
        Throwable failure = null;
        try (Fd file = answer.file()) {
            RequestHandler.headers(response, 200, answer.type(), answer.headers());
            if (answer.length().isPresent()) {
                long length = answer.length().getAsLong();
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
                send(file, length);
            } else {
                sendToEnd(file);
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            answer.done().run();
        }
        if (failure == null) {
            callback.succeeded();
        } else {
            callback.failed(failure);
        }
    }

    private void send(Fd file, long length) throws IOException {
        RetainableByteBuffer room = borrow((int) Math.min(BUFFER, Math.max(length, 1)));
        try {
            ByteBuffer buffer = room.getByteBuffer();
            long left = length;
            do {
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                while (buffer.hasRemaining()) {
                    if (file.read(buffer) == 0) {
                        throw new IOException(file + " became shorter while it was sent");
                    }
                }
                left -= buffer.position();
                write(left == 0, buffer.flip());
            } while (left > 0);
        } finally {
            room.release();
        }
    }

    private void sendToEnd(Fd file) throws IOException {
        RetainableByteBuffer room = borrow(BUFFER);
        try {
            ByteBuffer buffer = room.getByteBuffer();
            while (true) {
                buffer.clear();
                boolean last = file.read(buffer) == 0;
                write(last, buffer.flip());
                if (last) {
                    return;
                }
            }
        } finally {
            room.release();
        }
    }

    private RetainableByteBuffer borrow(int size) {
        return request.getComponents().getByteBufferPool().acquire(size, true);
    }

    private void write(boolean last, ByteBuffer bytes) throws IOException {
        try (var written = Blocker.callback()) {
            response.write(last, bytes, written);
            written.block();
        }
    }
}
