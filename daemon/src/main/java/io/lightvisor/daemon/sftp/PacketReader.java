package io.lightvisor.daemon.sftp;

import io.lightvisor.linux.FileNames;
import java.nio.ByteBuffer;

/// The fields of one request, in their order. What does not fit throws a [java.nio.BufferUnderflowException] or an
/// [IllegalArgumentException]: the packet is malformed.
final class PacketReader {
    private final ByteBuffer bytes;

    PacketReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int type() {
        return bytes.get() & 0xFF;
    }

    int number() {
        return bytes.getInt();
    }

    long unsigned() {
        return Integer.toUnsignedLong(bytes.getInt());
    }

    long big() {
        return bytes.getLong();
    }

    /// A string of bytes, as a view of the packet.
    ByteBuffer data() {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("a string is longer than its packet");
        }
        ByteBuffer data = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return data;
    }

    /// A path; the empty one stands for the place where clients begin.
    String path() {
        ByteBuffer data = data();
        var name = new byte[data.remaining()];
        data.get(name);
        String path = FileNames.decode(name);
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path holds a zero character");
        }
        return path.isEmpty() ? "." : path;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }
}
