package io.lightvisor.api.http;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The body of an answer: of a given length, in chunks, or all that comes until the server closes.
final class HttpBody extends InputStream {
    static final long CHUNKED = -1;
    static final long TO_THE_END = -2;

    private final HttpConnection connection;
    private final boolean chunked;
    private final boolean toTheEnd;
    private final @Nullable Runnable whenRead;
    private long left;
    private boolean first = true;
    private boolean done;

    HttpBody(HttpConnection connection, long length, @Nullable Runnable whenRead) {
        this.connection = connection;
        this.chunked = length == CHUNKED;
        this.toTheEnd = length == TO_THE_END;
        this.whenRead = whenRead;
        this.left = Math.max(length, 0);
        if (length == 0) {
            end();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (done) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        if (toTheEnd) {
            int n = connection.input().read(into, from, length);
            if (n < 0) {
                done = true;
                connection.close();
            }
            return n;
        }
        if (chunked && left == 0 && !nextChunk()) {
            return -1;
        }
        int n = connection.input().read(into, from, (int) Math.min(length, left));
        if (n < 0) {
            connection.close();
            throw new HttpException("the server closed the connection in the middle of its answer");
        }
        left -= n;
        if (left == 0 && !chunked) {
            end();
        }
        return n;
    }

    private boolean nextChunk() throws IOException {
        if (!first && !connection.input().line().isEmpty()) {
            throw new HttpException("a chunk of the answer is longer than it says");
        }
        first = false;
        String line = connection.input().line();
        int end = line.indexOf(';');
        try {
            left = Long.parseLong((end < 0 ? line : line.substring(0, end)).trim(), 16);
        } catch (NumberFormatException failure) {
            throw new HttpException("the length of a chunk is no number: " + line);
        }
        if (left < 0) {
            throw new HttpException("the length of a chunk is negative");
        }
        if (left > 0) {
            return true;
        }
        connection.headers();
        end();
        return false;
    }

    private void end() {
        done = true;
        if (whenRead != null) {
            whenRead.run();
        }
    }

    /// Gives the connection up if the body was not read to its end.
    @Override
    public void close() {
        if (!done) {
            done = true;
            connection.close();
        }
    }
}
