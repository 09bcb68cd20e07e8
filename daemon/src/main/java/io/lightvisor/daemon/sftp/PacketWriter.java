package io.lightvisor.daemon.sftp;

import io.lightvisor.linux.FileNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// One answer at a time, with its length before it.
final class PacketWriter {
    private final OutputStream out;
    private ByteBuffer bytes = ByteBuffer.allocate(4096);

    PacketWriter(OutputStream out) {
        this.out = out;
    }

    /// Begins a packet.
    PacketWriter begin(int type) {
        bytes.clear().position(4);
        return type(type);
    }

    private PacketWriter type(int type) {
        bytes.put((byte) type);
        return this;
    }

    PacketWriter number(long number) {
        room(4).putInt((int) number);
        return this;
    }

    PacketWriter big(long number) {
        room(8).putLong(number);
        return this;
    }

    PacketWriter text(String text) {
        byte[] encoded = FileNames.encode(text);
        room(4 + encoded.length).putInt(encoded.length).put(encoded);
        return this;
    }

    /// Room for `length` bytes of data behind their length; [#keep] says how many there are.
    ByteBuffer data(int length) {
        room(4 + length).putInt(0);
        return bytes.slice(bytes.position(), length);
    }

    /// Keeps `length` bytes of what [#data] gave.
    void keep(int length) {
        bytes.putInt(bytes.position() - 4, length).position(bytes.position() + length);
    }

    /// Where the next field goes.
    int position() {
        return bytes.position();
    }

    /// Puts a number in the place of an earlier one.
    void patch(int position, int number) {
        bytes.putInt(position, number);
    }

    void send() throws IOException {
        bytes.putInt(0, bytes.position() - 4);
        out.write(bytes.array(), 0, bytes.position());
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            var bigger = ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + more));
            bigger.put(bytes.flip());
            bytes = bigger;
        }
        return bytes;
    }
}
