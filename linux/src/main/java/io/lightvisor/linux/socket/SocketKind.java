package io.lightvisor.linux.socket;

/// How bytes come through a unix socket.
public enum SocketKind {
    STREAM(1),
    DATAGRAM(2),
    /// Connected, in order, and each message by itself.
    SEQUENTIAL_PACKET(5);

    final int type;

    SocketKind(int type) {
        this.type = type;
    }
}
