package io.lightvisor.api.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The reading side of a connection: lines first, then bytes, out of one buffer.
final class HttpInput {
    private final Connection connection;
    private final byte[] buffer = new byte[32 * 1024];
    private int from;
    private int to;

    HttpInput(Connection connection) {
        this.connection = connection;
    }

    /// Reads one line without its end. Throws at the end of the input, and if the line is too long.
    String line() throws IOException {
        StringBuilder longLine = null;
        int length = 0;
        while (true) {
            if (from == to && !fill()) {
                throw new HttpException("the server closed the connection");
            }
            int start = from;
            while (from < to && buffer[from] != '\n') {
                from++;
            }
            length += from - start;
            if (length > HttpLimits.LINE) {
                throw new HttpException("a header line is longer than " + HttpLimits.LINE + " bytes");
            }
            String part = new String(buffer, start, from - start, StandardCharsets.ISO_8859_1);
            if (from < to) {
                from++;
                if (longLine != null) {
                    part = longLine.append(part).toString();
                }
                return part.endsWith("\r") ? part.substring(0, part.length() - 1) : part;
            }
            longLine = longLine == null ? new StringBuilder(part) : longLine.append(part);
        }
    }

    /// Reads some bytes, or -1 at the end.
    int read(byte[] into, int offset, int length) throws IOException {
        if (from == to) {
            if (length >= buffer.length) {
                return connection.read(into, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int n = Math.min(length, to - from);
        System.arraycopy(buffer, from, into, offset, n);
        from += n;
        return n;
    }

    /// Reads one byte, or -1 at the end.
    int read() throws IOException {
        if (from == to && !fill()) {
            return -1;
        }
        return buffer[from++] & 0xff;
    }

    /// Whether something was read that nobody has asked for.
    boolean hasRest() {
        return from < to;
    }

    private boolean fill() throws IOException {
        from = 0;
        int n = connection.read(buffer, 0, buffer.length);
        to = Math.max(n, 0);
        return n > 0;
    }
}
