package io.lightvisor.api.client;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.http.WebSocket;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Events as they happen.
public final class EventStream implements Closeable {
    private final WebSocket socket;

    EventStream(WebSocket socket) {
        this.socket = socket;
    }

    /// Waits for the next event; null once the server has gone.
    public @Nullable JsonObject next() throws IOException {
        WebSocket.Message message = socket.receive();
        return message == null ? null : JsonTree.object(message.data());
    }

    @Override
    public void close() {
        socket.close();
    }
}
