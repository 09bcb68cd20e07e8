package io.lightvisor.engine.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One websocket as an operation sees it: messages in, messages out, blocking, on virtual threads.
public interface Channel extends AutoCloseable {
    /// The next message: its bytes (binary), or an empty-or-not text. Null when the peer closed or is gone.
    @Nullable
    Message receive() throws IOException, InterruptedException;

    /// Sends bytes as one binary frame; blocks while the peer reads slowly. The buffer may be used again on
    /// return.
    void send(ByteBuffer data) throws IOException;

    /// Sends an empty text frame: the end of this stream, in LXD's protocol.
    void sendEnd() throws IOException;

    /// Closes the websocket with a normal status.
    @Override
    void close();

    /// A message.
    ///
    /// @param text whether it came as a text frame
    record Message(boolean text, ByteBuffer data) {
        /// Whether this is the peer's "end of stream": an empty text frame.
        public boolean isEnd() {
            return text && !data.hasRemaining();
        }
    }
}
