package io.lightvisor.api.http;

import java.io.IOException;

/// A way to a server. [UnixTransport] and [TlsTransport] are ours; a program may bring its own.
public interface Transport {
    /// Opens a new pipe; throws if nobody listens.
    Connection open() throws IOException;

    /// What goes into the `Host` header, as `unix.socket` or `10.0.0.1:8443`.
    String host();
}
