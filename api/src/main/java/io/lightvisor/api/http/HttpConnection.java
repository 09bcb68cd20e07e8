package io.lightvisor.api.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One connection to a server; carries one exchange after another (RFC 9112), or becomes a [WebSocket].
public final class HttpConnection implements Closeable {
    /// How much of a body is sent at once.
    private static final int PART = 256 * 1024;

    private final Connection connection;
    private final HttpInput input;
    private final String host;
    private boolean reusable = true;
    private boolean gotHead;

    HttpConnection(Connection connection, String host) {
        this.connection = connection;
        this.input = new HttpInput(connection);
        this.host = host;
    }

    /// Sends a request and reads the head of its answer. `whenRead` runs once the body has been read to its end.
    HttpResponse exchange(HttpRequest request, @Nullable Runnable whenRead) throws IOException {
        gotHead = false;
        try {
            send(request);
        } catch (IOException failure) {
            // A server that refuses an upload answers, then closes; its answer says why.
            if (request.stream() == null) {
                throw failure;
            }
            reusable = false;
        }
        while (true) {
            String first = input.line();
            gotHead = true;
            int status = status(first);
            HttpHeaders headers = headers();
            if (status == 100) {
                continue;
            }
            if (headers.get("Connection").equalsIgnoreCase("close") || first.startsWith("HTTP/1.0")) {
                reusable = false;
            }
            return new HttpResponse(status, headers, body(request, status, headers, whenRead));
        }
    }

    /// Whether another exchange may follow, once the last body was read.
    boolean reusable() {
        return reusable && !input.hasRest();
    }

    /// Whether a byte of the answer to the last request came in.
    boolean gotHead() {
        return gotHead;
    }

    Connection connection() {
        return connection;
    }

    HttpInput input() {
        return input;
    }

    void send(HttpRequest request) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\nHost: ");
        head.append(host).append("\r\n");
        request.headers().write(head);
        InputStream stream = request.stream();
        byte[] bytes = request.bytes();
        if (stream != null && request.length() < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (request.length() >= 0) {
            head.append("Content-Length: ").append(request.length()).append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes != null) {
            // One write for head and body: one packet, one wake-up of the server.
            byte[] both = new byte[start.length + bytes.length];
            System.arraycopy(start, 0, both, 0, start.length);
            System.arraycopy(bytes, 0, both, start.length, bytes.length);
            connection.write(both, 0, both.length);
            return;
        }
        connection.write(start, 0, start.length);
        if (stream != null) {
            upload(stream, request.length());
        }
    }

    private void upload(InputStream stream, long length) throws IOException {
        byte[] buffer = new byte[PART + 16];
        long left = length;
        while (true) {
            int ask = length < 0 ? PART : (int) Math.min(PART, left);
            int n = ask == 0 ? -1 : stream.read(buffer, 10, ask);
            if (n < 0) {
                break;
            }
            if (length >= 0) {
                connection.write(buffer, 10, n);
                left -= n;
                continue;
            }
            byte[] size = (Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(size, 0, buffer, 10 - size.length, size.length);
            buffer[10 + n] = '\r';
            buffer[10 + n + 1] = '\n';
            connection.write(buffer, 10 - size.length, size.length + n + 2);
        }
        if (length < 0) {
            connection.write(new byte[] {'0', '\r', '\n', '\r', '\n'}, 0, 5);
        } else if (left > 0) {
            close();
            throw new HttpException("the body ended " + left + " bytes too early");
        }
    }

    int status(String line) throws HttpException {
        if (line.length() < 12 || !line.startsWith("HTTP/1.") || line.charAt(8) != ' ') {
            throw new HttpException("this is no answer of HTTP/1.1: " + line);
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                throw new HttpException("this is no answer of HTTP/1.1: " + line);
            }
            status = status * 10 + (c - '0');
        }
        return status;
    }

    HttpHeaders headers() throws IOException {
        HttpHeaders headers = new HttpHeaders();
        while (true) {
            String line = input.line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() >= HttpLimits.HEADERS) {
                throw new HttpException("the headers of the answer cannot be read");
            }
            try {
                headers.add(line.substring(0, colon), line.substring(colon + 1).trim());
            } catch (IllegalArgumentException failure) {
                throw new HttpException("the headers of the answer cannot be read");
            }
        }
    }

    private InputStream body(HttpRequest request, int status, HttpHeaders headers, @Nullable Runnable whenRead)
            throws IOException {
        if (request.method().equals("HEAD") || status == 204 || status == 304) {
            return new HttpBody(this, 0, whenRead);
        }
        if (headers.get("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return new HttpBody(this, HttpBody.CHUNKED, whenRead);
        }
        String length = headers.get("Content-Length");
        if (length.isEmpty()) {
            reusable = false;
            return new HttpBody(this, HttpBody.TO_THE_END, whenRead);
        }
        try {
            long bytes = Long.parseLong(length);
            if (bytes >= 0) {
                return new HttpBody(this, bytes, whenRead);
            }
        } catch (NumberFormatException noNumber) {
            // Told below.
        }
        throw new HttpException("Content-Length of the answer is no number: " + length);
    }

    @Override
    public void close() {
        reusable = false;
        connection.close();
    }
}
