package io.lightvisor.api.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// The way to a unix socket by the JDK's channels.
public final class UnixTransport implements Transport {
    private final Path socket;

    /// `socket` is the path of the socket, at most 107 bytes long.
    public UnixTransport(Path socket) {
        this.socket = socket;
    }

    @Override
    public Connection open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
        return new ChannelConnection(channel);
    }

    @Override
    public String host() {
        return "unix.socket";
    }

    private record ChannelConnection(SocketChannel channel) implements Connection {
        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(into, from, length));
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException alreadyGone) {
                // Nothing is left to do with it.
            }
        }
    }
}
