package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.WebSocket;
import io.lightvisor.engine.operation.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A websocket as the engine's operations see it.
final class SocketChannel implements Channel {
    private final WebSocket socket;

    SocketChannel(WebSocket socket) {
        this.socket = socket;
    }

    @Override
    public @Nullable Message receive() throws InterruptedException {
        var message = socket.receive();
        return message == null ? null : new Message(message.isText(), ByteBuffer.wrap(message.payload()));
    }

    @Override
    public void send(ByteBuffer data) throws IOException {
        if (data.hasArray()) {
            socket.sendBinary(data.array(), data.arrayOffset() + data.position(), data.remaining());
            data.position(data.limit());
        } else {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            socket.sendBinary(copy, 0, copy.length);
        }
    }

    @Override
    public void sendEnd() throws IOException {
        socket.sendText("");
    }

    @Override
    public void close() {
        socket.close();
    }
}
