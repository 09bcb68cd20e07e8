/// HTTP/1.1 and websockets over any pipe of bytes: a unix socket, TLS, a descriptor that native code opened.
///
///     Transport -> Connection -> HttpConnection (one exchange after another) -> HttpClient (keeps idle ones)
///                                             \-> WebSocket (after an upgrade)
///
/// Small on purpose: a client's start waits for it, and every library measured costs 100 to 500 ms there. So no regular
/// expression, no stream, no reflection, no random source in here. Limits are strict: see [HttpLimits].
@NullMarked
package io.lightvisor.api.http;

import org.jspecify.annotations.NullMarked;
