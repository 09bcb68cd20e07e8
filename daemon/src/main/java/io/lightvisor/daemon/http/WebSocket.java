package io.lightvisor.daemon.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// A websocket (RFC 6455) as blocking calls, for virtual threads.
///
/// LXD's streams use frames as they come: binary frames are the data, an empty text frame is the end of a stream in its
/// direction, and the close frame only ends the connection. So frames are handed out one by one and fragments are not
/// joined. At most one frame waits here for its reader: a slow reader slows the peer down instead of filling the
/// memory.
public final class WebSocket implements FrameHandler {
    private static final byte[] NOTHING = new byte[0];
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    /// What the peer sent.
    ///
    /// @param isText   a text frame
    /// @param payload  whole, never longer than [HttpServer#MAX_FRAME]
    public record Message(boolean isText, byte[] payload) {
        /// The payload of a text frame.
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// One writer at a time: the core session takes frames of several threads, but blocking needs order.
    private final Semaphore writing = new Semaphore(1);

    // Guarded by lock.
    private @Nullable CoreSession session;
    private @Nullable Message waiting;
    private boolean closed;
    private @Nullable Runnable onClose;
    /// Whether the last data frame was text: a continuation has its opcode.
    private boolean inText;
    /// Whether data frames are thrown away: nobody will read them, but the close frame behind them must be found.
    private boolean discarding;

    WebSocket() {}

    /// Throws away whatever the peer sends from now on; for sockets that only speak.
    public void discardIncoming() {
        CoreSession demanding = null;
        lock.lock();
        try {
            discarding = true;
            if (waiting != null) {
                waiting = null;
                demanding = session;
            }
        } finally {
            lock.unlock();
        }
        if (demanding != null) {
            demanding.demand();
        }
    }

    /// Waits for the next frame; null once the peer closed or vanished.
    public @Nullable Message receive() throws InterruptedException {
        CoreSession demanding;
        Message message;
        lock.lock();
        try {
            while (waiting == null && !closed) {
                changed.await();
            }
            message = waiting;
            waiting = null;
            demanding = session;
        } finally {
            lock.unlock();
        }
        if (message != null && demanding != null) {
            demanding.demand();
        }
        return message;
    }

    /// Sends a binary frame; waits until it is on its way.
    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        send(new Frame(OpCode.BINARY, ByteBuffer.wrap(bytes, offset, length)));
    }

    /// Sends a text frame; an empty one is the end of a stream.
    public void sendText(String text) throws IOException {
        send(new Frame(OpCode.TEXT, text));
    }

    /// Sends a text frame of UTF-8.
    public void sendText(byte[] utf8) throws IOException {
        send(new Frame(OpCode.TEXT, ByteBuffer.wrap(utf8)));
    }

    /// Sends a ping that asks for no answer.
    public void ping() throws IOException {
        send(new Frame(OpCode.PING, "keepalive"));
    }

    private void send(Frame frame) throws IOException {
        CoreSession to = open();
        writing.acquireUninterruptibly();
        try (Blocker.Callback callback = Blocker.callback()) {
            to.sendFrame(frame, callback, false);
            callback.block();
        } finally {
            writing.release();
        }
    }

    private CoreSession open() throws IOException {
        lock.lock();
        try {
            while (session == null && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed || session == null) {
                throw new EOFException("the websocket is closed");
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    /// Says goodbye and waits for nothing. Frames sent before arrive before it; a peer that does not say goodbye in
    /// its turn within [#GOODBYE] is cut off.
    public void close() {
        CoreSession to;
        discardIncoming();
        lock.lock();
        try {
            to = session;
            if (closed || to == null) {
                closed = true;
                changed.signalAll();
                return;
            }
        } finally {
            lock.unlock();
        }
        goodbye(to);
    }

    private static void goodbye(CoreSession to) {
        to.setIdleTimeout(GOODBYE);
        to.close(CloseStatus.NORMAL, null, Callback.NOOP);
    }

    /// Cuts the connection off: for a peer that does not read.
    public void abort() {
        CoreSession to;
        lock.lock();
        try {
            to = session;
        } finally {
            lock.unlock();
        }
        refused();
        if (to != null) {
            to.abort();
        }
    }

    /// Whether frames can still be sent.
    public boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Runs `action` once the peer closed or vanished, or at once if it has. It must not block.
    public void onClose(Runnable action) {
        boolean already;
        lock.lock();
        try {
            already = closed;
            if (!already) {
                onClose = action;
            }
        } finally {
            lock.unlock();
        }
        if (already) {
            action.run();
        }
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        boolean over;
        lock.lock();
        try {
            session = opened;
            over = closed;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        callback.succeeded();
        opened.demand();
        if (over) {
            // Whoever served it was done before the client had read "101".
            goodbye(opened);
        }
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        switch (frame.getOpCode()) {
            case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> {
                data(frame);
                callback.succeeded();
            }
            case OpCode.PING -> {
                CoreSession to = required();
                byte[] payload = copy(frame);
                callback.succeeded();
                to.sendFrame(new Frame(OpCode.PONG, ByteBuffer.wrap(payload)), Callback.NOOP, false);
                to.demand();
            }
            case OpCode.CLOSE -> callback.succeeded();
            default -> {
                callback.succeeded();
                required().demand();
            }
        }
    }

    private void data(Frame frame) {
        lock.lock();
        try {
            if (frame.getOpCode() != OpCode.CONTINUATION) {
                inText = frame.getOpCode() == OpCode.TEXT;
            } else if (!frame.hasPayload()) {
                // The empty last fragment of a message is no end of stream.
                required().demand();
                return;
            }
            if (discarding) {
                required().demand();
                return;
            }
            waiting = new Message(inText, copy(frame));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static byte[] copy(Frame frame) {
        if (!frame.hasPayload()) {
            return NOTHING;
        }
        ByteBuffer payload = frame.getPayload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private CoreSession required() {
        lock.lock();
        try {
            CoreSession known = session;
            if (known == null) {
                throw new IllegalStateException("a frame before the opening");
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        refused();
        callback.succeeded();
    }

    /// Ends a socket that never opened, or is over.
    void refused() {
        Runnable action;
        lock.lock();
        try {
            closed = true;
            action = onClose;
            onClose = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (action != null) {
            action.run();
        }
    }
}
