package io.lightvisor.api.http;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Exchanges with one server, over connections that are kept for the next one. Threads may share it.
public final class HttpClient implements Closeable {
    private static final int MOST_IDLE = 8;

    private final Transport transport;
    private final ArrayDeque<HttpConnection> idle = new ArrayDeque<>();

    /// A client that opens its connections by `transport`.
    public HttpClient(Transport transport) {
        this.transport = transport;
    }

    /// Sends a request and reads the head of the answer. A kept connection may have died meanwhile: then a GET is
    /// repeated on
    /// a new one.
    public HttpResponse send(HttpRequest request) throws IOException {
        HttpConnection kept = takeIdle();
        if (kept != null) {
            try {
                return exchange(kept, request);
            } catch (IOException failure) {
                kept.close();
                if (!request.repeatable() || kept.gotHead()) {
                    throw failure;
                }
            }
        }
        HttpConnection fresh = connect();
        try {
            return exchange(fresh, request);
        } catch (IOException | RuntimeException failure) {
            fresh.close();
            throw failure;
        }
    }

    private HttpResponse exchange(HttpConnection connection, HttpRequest request) throws IOException {
        return connection.exchange(request, new Runnable() {
            @Override
            public void run() {
                keep(connection);
            }
        });
    }

    /// Opens a connection of the caller's own.
    HttpConnection connect() throws IOException {
        return new HttpConnection(transport.open(), transport.host());
    }

    /// Asks for a websocket; [WebSocketHandshake#finish] reads the answer. Several may be under way at once.
    public WebSocketHandshake webSocket(String target, HttpHeaders headers) throws IOException {
        HttpConnection connection = connect();
        try {
            return WebSocketHandshake.begin(connection, target, headers);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /// Goes over to another protocol on a connection of its own.
    public UpgradedConnection upgrade(String target, String protocol) throws IOException {
        return UpgradedConnection.open(connect(), target, protocol);
    }

    private synchronized @Nullable HttpConnection takeIdle() {
        return idle.pollLast();
    }

    private synchronized void keep(HttpConnection connection) {
        if (connection.reusable() && idle.size() < MOST_IDLE) {
            idle.add(connection);
        } else {
            connection.close();
        }
    }

    /// Closes the idle connections.
    @Override
    public synchronized void close() {
        for (HttpConnection connection : idle) {
            connection.close();
        }
        idle.clear();
    }
}
