package io.lightvisor.api.http;

import java.io.IOException;

/// A websocket that was asked for and not yet granted (RFC 6455, section 4.1).
public final class WebSocketHandshake {
    /// The nonce tells an answer to us from one out of a cache in between. There is none on a unix socket or within
    /// TLS, and a
    /// random source would cost a client's start several milliseconds; so it is always the same one.
    private static final String KEY = "bGlnaHR2aXNvciBjbGllbg==";

    /// Base64 of SHA-1 of the key and `258EAFA5-E914-47DA-95CA-C5AB0DC85B11`.
    private static final String ACCEPT = "ooclefTdoDCDEPj9KQP0pjI4GbU=";

    private final HttpConnection connection;

    private WebSocketHandshake(HttpConnection connection) {
        this.connection = connection;
    }

    static WebSocketHandshake begin(HttpConnection connection, String target, HttpHeaders headers) throws IOException {
        HttpRequest request = new HttpRequest("GET", target)
                .header("Connection", "Upgrade")
                .header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", KEY);
        for (String name : headers.names()) {
            request.header(name, headers.get(name));
        }
        connection.send(request);
        return new WebSocketHandshake(connection);
    }

    /// Reads the server's answer. Throws [UpgradeRefused] with the answer if it is not a websocket.
    public WebSocket finish() throws IOException {
        try {
            int status = connection.status(connection.input().line());
            HttpHeaders headers = connection.headers();
            if (status != 101) {
                throw refusal(status, headers);
            }
            if (!headers.get("Sec-WebSocket-Accept").equals(ACCEPT)) {
                throw new HttpException("the server granted another websocket than asked for");
            }
            return new WebSocket(connection.connection(), connection.input());
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private UpgradeRefused refusal(int status, HttpHeaders headers) throws IOException {
        String length = headers.get("Content-Length");
        long bytes = length.isEmpty() ? HttpBody.TO_THE_END : Math.min(Long.parseLong(length), 64 * 1024);
        if (headers.get("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            bytes = HttpBody.CHUNKED;
        }
        HttpResponse response = new HttpResponse(status, headers, new HttpBody(connection, bytes, null));
        return new UpgradeRefused(status, response.bytes(64 * 1024));
    }
}
