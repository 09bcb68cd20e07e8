package io.lightvisor.linux.socket;

import io.lightvisor.linux.FileNames;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The address of a socket as the kernel takes it: a "struct sockaddr" of some family. Source: ip(7), ipv6(7), unix(7).
///
/// @param bytes the structure, of the length that goes with it
/// @param text  for people: `127.0.0.1:80`, `[::1]:80`, `/run/x`, `@name`
public record SocketAddress(byte[] bytes, String text) {
    private static final short AF_UNIX = 1;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int UNIX_PATH = 107;

    public SocketAddress {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /// A port of an internet address.
    public static SocketAddress of(InetAddress address, int port) {
        if (address instanceof Inet4Address) {
            return new SocketAddress(
                    structure(16, AF_INET, port).put(address.getAddress()).array(),
                    address.getHostAddress() + ":" + port);
        }
        return new SocketAddress(
                structure(28, AF_INET6, port)
                        .putInt(0)
                        .put(address.getAddress())
                        .array(),
                "[" + address.getHostAddress() + "]:" + port);
    }

    /// A unix socket: a path, or with an `@` before it a name in the network namespace.
    ///
    /// @throws IllegalArgumentException if it is longer than the kernel takes
    public static SocketAddress unix(String name) {
        byte[] path = FileNames.encode(name);
        if (path.length > UNIX_PATH) {
            throw new IllegalArgumentException("the name of a socket is too long: " + name);
        }
        boolean isAbstract = name.startsWith("@");
        var structure = ByteBuffer.allocate(2 + path.length + (isAbstract ? 0 : 1))
                .order(ByteOrder.nativeOrder())
                .putShort(AF_UNIX)
                .put(path);
        if (isAbstract) {
            structure.put(2, (byte) 0);
        }
        return new SocketAddress(structure.array(), name);
    }

    boolean isV6() {
        return bytes.length == 28;
    }

    private static ByteBuffer structure(int size, short family, int port) {
        var structure = ByteBuffer.allocate(size);
        structure.order(ByteOrder.nativeOrder()).putShort(family);
        return structure.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
    }
}
