package io.lightvisor.daemon.guest;

import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.socket.UnixSocket;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Bytes from and to a guest, each with a time in which they must move: who sends a byte a minute, or
/// reads nothing, loses the connection.
final class GuestConnection {
    /// How long an answer may wait for a guest that does not read.
    private static final Duration SEND_TIME = Duration.ofSeconds(10);

    private static final int CHUNK = 8 << 10;

    private final UnixSocket socket;
    private byte[] read = new byte[0];
    private int at;

    GuestConnection(UnixSocket socket) {
        this.socket = socket;
    }

    UnixSocket socket() {
        return socket;
    }

    /// Whether something has come that was not read yet.
    boolean hasMore() {
        return at < read.length;
    }

    /// The next byte, or -1 at the end.
    ///
    /// @param deadline by System.nanoTime()
    /// @throws IOException if it is passed
    int next(long deadline) throws IOException, InterruptedException {
        if (at == read.length) {
            read = more(deadline);
            at = 0;
            if (read.length == 0) {
                return -1;
            }
        }
        return read[at++] & 0xFF;
    }

    /// Exactly so many bytes.
    byte[] exactly(int length, long deadline) throws IOException, InterruptedException {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int b = next(deadline);
            if (b < 0) {
                throw new EOFException("the guest ended its request too early");
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }

    private byte[] more(long deadline) throws IOException, InterruptedException {
        while (true) {
            var message = socket.tryReceive(CHUNK);
            if (message.isPresent()) {
                // A guest may send descriptors along; nobody wants them.
                message.get().descriptors().forEach(fd -> fd.close());
                return message.get().data();
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || !Poller.shared().awaitReadable(socket.fd(), Duration.ofNanos(left))) {
                throw new IOException("the guest sent nothing in time");
            }
        }
    }

    void send(byte[] bytes) throws IOException, InterruptedException {
        send(bytes, 0, bytes.length);
    }

    private void send(byte[] bytes, int from, int length) throws IOException, InterruptedException {
        if (!socket.send(bytes, from, length, SEND_TIME)) {
            throw new IOException("the guest does not read");
        }
    }

    /// For what is copied from a file.
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                try {
                    send(bytes, from, length);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
        };
    }
}
