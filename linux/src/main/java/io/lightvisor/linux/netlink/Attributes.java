package io.lightvisor.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A walk over the attributes of a received message: struct nlattr, include/uapi/linux/netlink.h.
///
///     for (var a = new Attributes(payload, 16); a.next(); ) {
///         switch (a.type()) { case IFLA_IFNAME -> name = a.text(); ... }
///     }
final class Attributes {
    private final ByteBuffer in;
    private final int end;
    private int at;
    private int nextAt;

    /// @param payload from its position to its limit; the position is not moved
    /// @param skip the bytes of the family's header
    Attributes(ByteBuffer payload, int skip) {
        in = payload;
        end = payload.limit();
        nextAt = payload.position() + skip;
    }

    private Attributes(ByteBuffer in, int from, int end) {
        this.in = in;
        this.end = end;
        nextAt = from;
    }

    boolean next() {
        at = nextAt;
        if (end - at < 4) {
            return false;
        }
        int length = in.getShort(at) & 0xffff;
        if (length < 4 || length > end - at) {
            return false;
        }
        nextAt = at + (length + 3 & ~3);
        return true;
    }

    int type() {
        return in.getShort(at + 2) & 0x3fff;
    }

    int length() {
        return (in.getShort(at) & 0xffff) - 4;
    }

    int number() {
        return switch (length()) {
            case 1 -> in.get(at + 4) & 0xff;
            case 2 -> in.getShort(at + 4) & 0xffff;
            case 0 -> 0;
            default -> length() < 4 ? 0 : in.getInt(at + 4);
        };
    }

    /// A number of the value at an offset, for structures.
    int number(int offset) {
        return offset + 4 <= length() ? in.getInt(at + 4 + offset) : 0;
    }

    long number64(int offset) {
        return offset + 8 <= length() ? in.getLong(at + 4 + offset) : 0;
    }

    /// A number in network byte order.
    int number32be() {
        int n = number(0);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? n : Integer.reverseBytes(n);
    }

    byte[] bytes() {
        var bytes = new byte[length()];
        in.get(at + 4, bytes);
        return bytes;
    }

    String text() {
        byte[] bytes = bytes();
        int n = 0;
        while (n < bytes.length && bytes[n] != 0) {
            n++;
        }
        return new String(bytes, 0, n, StandardCharsets.UTF_8);
    }

    Attributes nested() {
        return new Attributes(in, at + 4, at + 4 + length());
    }
}
