package io.lightvisor.cli.terminal;

import io.lightvisor.api.http.Transport;
import io.lightvisor.api.http.UnixTransport;
import java.nio.file.Path;

/// Ways to unix sockets: by the starter if it is there, else by the JDK.
public final class UnixSockets {
    private UnixSockets() {}

    /// A way to the socket of that path.
    public static Transport to(String path) {
        return Native.isThere() ? new NativeTransport(path) : new UnixTransport(Path.of(path));
    }
}
