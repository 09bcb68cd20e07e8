package io.lightvisor.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One netlink message being written: struct nlmsghdr (include/uapi/linux/netlink.h), a family's header, attributes.
/// All numbers in the machine's byte order; attributes are padded to 4 bytes.
final class Message {
    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int DUMP = 0x300;
    static final int REPLACE = 0x100;
    static final int EXCL = 0x200;
    static final int CREATE = 0x400;
    static final int APPEND = 0x800;

    private static final int NESTED = 0x8000;

    private ByteBuffer out = buffer(512);

    Message(int type, int flags) {
        out.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    int type() {
        return out.getShort(4) & 0xffff;
    }

    boolean isDump() {
        return (out.getShort(6) & DUMP) == DUMP;
    }

    // ---- fields of the family's header

    Message u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    Message u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    Message u32(int value) {
        room(4).putInt(value);
        return this;
    }

    // ---- attributes

    Message attribute(int type, byte[] value) {
        head(type, value.length).put(value);
        return pad();
    }

    Message attribute(int type, int value) {
        head(type, 4).putInt(value);
        return this;
    }

    Message attribute16(int type, int value) {
        head(type, 2).putShort((short) value);
        return pad();
    }

    Message attribute8(int type, int value) {
        head(type, 1).put((byte) value);
        return pad();
    }

    /// A number in network byte order.
    Message attribute16be(int type, int value) {
        head(type, 2).put((byte) (value >> 8)).put((byte) value);
        return pad();
    }

    /// Text with the zero that the kernel's NLA_STRING and NLA_NUL_STRING policies want.
    Message attribute(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a zero character in an attribute: " + text);
            }
        }
        return attribute(type, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /// Opens a nested attribute; give the answer to [#end].
    int begin(int type) {
        int at = out.position();
        head(type | NESTED, 0);
        return at;
    }

    /// As [#begin], for the old attributes whose kernel code refuses or ignores the flag "nested".
    int beginPlain(int type) {
        int at = out.position();
        head(type, 0);
        return at;
    }

    Message end(int begun) {
        out.putShort(begun, (short) (out.position() - begun));
        return this;
    }

    private ByteBuffer head(int type, int length) {
        return room(4 + length + 3).putShort((short) (4 + length)).putShort((short) type);
    }

    private Message pad() {
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            var bigger = buffer((out.capacity() + bytes) * 2);
            bigger.put(out.flip());
            out = bigger;
        }
        return out;
    }

    /// The whole message under a sequence number.
    byte[] bytes(int sequence) {
        out.putInt(0, out.position());
        out.putInt(8, sequence);
        return Arrays.copyOf(out.array(), out.position());
    }
}
