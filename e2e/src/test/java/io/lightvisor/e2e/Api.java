package io.lightvisor.e2e;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// HTTP on the daemon's socket, byte by byte: one connection per request, no checks of what is sent.
final class Api {
    private final Path socket;

    Api(Path socket) {
        this.socket = socket;
    }

    /// What came back. Header names are in lower case.
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonObject json() {
            return JsonTree.object(body);
        }

        JsonObject metadata() {
            return json().object("metadata");
        }

        String error() {
            return json().text("error");
        }
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    /// Sends `body` as JSON.
    Answer send(String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return send(
                method,
                path,
                Map.of("Content-Type", "application/json", "Content-Length", String.valueOf(bytes.length)),
                out -> out.write(bytes));
    }

    /// Sends a request and, if the answer is an operation, waits for its end. Returns the operation's last state.
    JsonObject operation(String method, String path, String body) {
        Answer answer = send(method, path, body);
        if (answer.status() != 202) {
            throw new AssertionError(method + " " + path + " was answered " + answer.status() + ": " + answer.text());
        }
        return await(answer.json().text("operation"));
    }

    /// Waits for the end of the operation at this URL.
    JsonObject await(String url) {
        return get(url + "/wait?timeout=60").metadata();
    }

    /// Writes a body however it likes.
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    /// Sends headers as they are given and a body of any kind. If the daemon stops reading, what it has answered
    /// counts.
    Answer send(String method, String path, Map<String, String> headers, Body body) {
        try (SocketChannel channel = connect()) {
            var out = Channels.newOutputStream(channel);
            try {
                out.write(head(method, path, headers));
                body.write(out);
            } catch (IOException e) {
                // "Broken pipe": it has refused the rest and its answer says why.
            }
            return read(Channels.newInputStream(channel), method.equals("HEAD"));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    /// A connection for those who want to speak for themselves.
    SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    static byte[] head(String method, String path, Map<String, String> headers) {
        var head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: unix.socket\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Answer read(InputStream in, boolean headOnly) throws IOException {
        String first = line(in);
        if (first.length() < 12) {
            throw new IOException("no answer: the connection was closed");
        }
        int status = Integer.parseInt(first.substring(9, 12));
        var headers = new TreeMap<String, String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (headOnly || status == 304 || status == 204) {
            return new Answer(status, headers, new byte[0]);
        }
        byte[] body;
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = chunks(in);
        } else if (headers.containsKey("content-length")) {
            body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
        } else {
            body = in.readAllBytes();
        }
        return new Answer(status, headers, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).strip(), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
