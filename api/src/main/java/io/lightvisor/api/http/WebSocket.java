package io.lightvisor.api.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A granted websocket, client side (RFC 6455). One thread receives; any may send.
///
/// LXD uses kinds of frames as marks: data in binary messages, an empty **text** message for "end of this stream" (a
/// close
/// frame alone would lose what is still under way).
public final class WebSocket implements Closeable {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Connection connection;
    private final HttpInput input;
    private boolean closeSent;

    WebSocket(Connection connection, HttpInput input) {
        this.connection = connection;
        this.input = input;
    }

    /// A whole message.
    public record Message(boolean isText, byte[] data) {
        /// The data as text.
        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /// Waits for the next message and answers pings meanwhile. Null once the server has closed, or is gone.
    public @Nullable Message receive() throws IOException {
        byte[] message = null;
        boolean text = false;
        while (true) {
            int first = input.read();
            if (first < 0) {
                return null;
            }
            int opcode = first & 15;
            boolean last = (first & 0x80) != 0;
            byte[] payload = payload(opcode, message == null ? 0 : message.length);
            switch (opcode) {
                case PING -> frame(PONG, payload, 0, payload.length);
                case PONG -> {}
                case CLOSE -> {
                    sendClose();
                    return null;
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if ((opcode == CONTINUATION) != (message != null)) {
                        throw new HttpException("a websocket message begins within another");
                    }
                    if (message == null) {
                        text = opcode == TEXT;
                        message = payload;
                    } else {
                        byte[] both = new byte[message.length + payload.length];
                        System.arraycopy(message, 0, both, 0, message.length);
                        System.arraycopy(payload, 0, both, message.length, payload.length);
                        message = both;
                    }
                    if (last) {
                        return new Message(text, message);
                    }
                }
                default -> throw new HttpException("a websocket frame of unknown kind " + opcode);
            }
        }
    }

    private byte[] payload(int opcode, int before) throws IOException {
        int second = byteDue();
        if ((second & 0x80) != 0) {
            throw new HttpException("the server masks its websocket frames");
        }
        long length = second & 0x7f;
        if (length >= 126) {
            int bytes = length == 126 ? 2 : 8;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | byteDue();
            }
        }
        if (length < 0 || length + before > HttpLimits.MESSAGE || (opcode >= CLOSE && length > 125)) {
            throw new HttpException("a websocket frame of " + length + " bytes");
        }
        byte[] payload = new byte[(int) length];
        int at = 0;
        while (at < payload.length) {
            int n = input.read(payload, at, payload.length - at);
            if (n < 0) {
                throw new HttpException("the websocket broke in the middle of a message");
            }
            at += n;
        }
        return payload;
    }

    private int byteDue() throws IOException {
        int value = input.read();
        if (value < 0) {
            throw new HttpException("the websocket broke in the middle of a message");
        }
        return value;
    }

    /// Sends bytes as one binary message.
    public void sendBinary(byte[] data, int from, int length) throws IOException {
        frame(BINARY, data, from, length);
    }

    /// Sends a text message.
    public void sendText(String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        frame(TEXT, data, 0, data.length);
    }

    /// Sends the empty text message that ends a stream in LXD's protocols.
    public void sendEndOfStream() throws IOException {
        frame(TEXT, new byte[0], 0, 0);
    }

    /// Says good-bye with code 1000; the server's own close still comes by [#receive].
    public void sendClose() throws IOException {
        synchronized (this) {
            if (closeSent) {
                return;
            }
            closeSent = true;
        }
        try {
            frame(CLOSE, new byte[] {0x03, (byte) 0xe8}, 0, 2);
        } catch (IOException alreadyGone) {
            // The server closes right after its own close frame.
        }
    }

    /// Writes one frame. The mask keeps caches in between from taking data for requests; where there are none (see
    /// [WebSocketHandshake]) a mask of zeros does, and costs nothing.
    private synchronized void frame(int opcode, byte[] data, int from, int length) throws IOException {
        byte[] frame = new byte[14 + length];
        frame[0] = (byte) (0x80 | opcode);
        int at = 2;
        if (length < 126) {
            frame[1] = (byte) (0x80 | length);
        } else {
            int bytes = length < 65536 ? 2 : 8;
            frame[1] = (byte) (0x80 | (bytes == 2 ? 126 : 127));
            for (int i = bytes - 1; i >= 0; i--) {
                frame[at++] = (byte) ((long) length >> (8 * i));
            }
        }
        at += 4;
        System.arraycopy(data, from, frame, at, length);
        connection.write(frame, 0, at + length);
    }

    /// Breaks the connection; a thread in [#receive] comes back.
    @Override
    public void close() {
        connection.close();
    }
}
