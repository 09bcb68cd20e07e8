package io.lightvisor.api.http;

/// How much of a server's answer is believed.
final class HttpLimits {
    /// The longest line of a head, in bytes.
    static final int LINE = 16 * 1024;

    /// The most header lines.
    static final int HEADERS = 100;

    /// The largest websocket message that is put together in memory.
    static final int MESSAGE = 16 * 1024 * 1024;

    private HttpLimits() {}
}
