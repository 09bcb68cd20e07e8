package io.lightvisor.image.tar;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Blocks of an archive on their way out, gathered in one buffer so that small files cost no call each.
public final class TarOut {
    private static final int SIZE = 1 << 20;

    /// Takes what is gathered; must take all of it.
    @FunctionalInterface
    public interface To {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final To to;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    private long written;

    public TarOut(To to) {
        this.to = to;
    }

    /// Room for at least one block, to be filled directly; the caller moves its position on.
    ByteBuffer room() throws IOException {
        if (buffer.remaining() < Header.SIZE) {
            flush();
        }
        return buffer;
    }

    void put(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(buffer.remaining(), end - at);
            buffer.put(bytes, at, count);
            at += count;
        }
    }

    void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    /// Zeros.
    void fill(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int now = (int) Math.min(left, buffer.remaining());
            for (int i = 0; i < now; i++) {
                buffer.put((byte) 0);
            }
            left -= now;
        }
    }

    /// Zeros up to the end of a block, behind data of this length.
    void pad(long length) throws IOException {
        fill((Header.SIZE - length % Header.SIZE) % Header.SIZE);
    }

    /// Hands over everything.
    public void flush() throws IOException {
        buffer.flip();
        if (buffer.hasRemaining()) {
            written += buffer.remaining();
            to.write(buffer);
        }
        buffer.clear();
    }

    /// Bytes so far.
    public long written() {
        return written + buffer.position();
    }
}
