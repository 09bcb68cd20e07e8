package io.lightvisor.daemon.http;

import io.lightvisor.api.Envelope;
import io.lightvisor.api.Operation;
import io.lightvisor.linux.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a handler answers.
public sealed interface Answer {
    /// A body that is ready, with its headers.
    ///
    /// @param type content type
    record Ready(int status, String type, byte[] body, Map<String, String> headers) implements Answer {
        /// This answer with one header more.
        public Ready with(String name, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Ready(status, type, body, more);
        }

        /// This answer with its ETag.
        public Ready tagged(String tag) {
            return with("ETag", "\"" + tag + "\"");
        }
    }

    /// A body that is written while it is made.
    ///
    /// @param length if it is known
    record Streamed(int status, String type, OptionalLong length, Map<String, String> headers, Writer writer)
            implements Answer {}

    /// A file as a body. `done` runs when it is sent, or will not be.
    ///
    /// @param file   open for reading, at its start; closed with the answer
    /// @param length how much of it; empty for all there is to read
    record FileBody(String type, Map<String, String> headers, Fd file, OptionalLong length, Runnable done)
            implements Answer {}

    /// An upgrade to a protocol of its own (RFC 9110, section 7.8). `handler` runs on a thread of its own; its end
    /// closes the connection. `refused` undoes what was prepared if the upgrade does not come about.
    record RawUpgrade(String protocol, StreamHandler handler, Runnable refused) implements Answer {}

    /// An upgrade to a websocket. `handler` runs on a virtual thread of its own with the socket; its end closes the
    /// socket. `refused` undoes what was prepared if the upgrade does not come about.
    record Upgrade(WebSocket socket, SocketHandler handler, Runnable refused) implements Answer {}

    /// Writes a body.
    @FunctionalInterface
    interface Writer {
        /// Throws to break the connection off, so that the client sees that the body is not whole.
        void write(OutputStream out) throws IOException;
    }

    /// Serves a websocket.
    @FunctionalInterface
    interface SocketHandler {
        /// Runs until the conversation is over.
        void serve(WebSocket socket) throws Exception;
    }

    /// Speaks another protocol over a connection that was HTTP.
    @FunctionalInterface
    interface StreamHandler {
        /// Runs until the conversation is over.
        ///
        /// @param connection closing it wakes whoever reads or writes
        void serve(InputStream in, OutputStream out, AutoCloseable connection) throws Exception;
    }

    /// The content type of JSON.
    String JSON = "application/json";

    /// A sync answer around a record, or a list or map of records; null is `{}`.
    static Ready sync(@Nullable Object metadata) {
        return new Ready(200, JSON, metadata == null ? Envelope.empty() : Envelope.sync(metadata), Map.of());
    }

    /// A sync answer around JSON that is made already.
    static Ready syncBytes(byte[] metadata) {
        return new Ready(200, JSON, Envelope.sync(metadata), Map.of());
    }

    /// Done, nothing to say.
    static Ready empty() {
        return sync(null);
    }

    /// Made (201); `url` is where it is.
    static Ready created(String url) {
        return new Ready(201, JSON, Envelope.empty(), Map.of("Location", url));
    }

    /// Work began (202).
    static Ready operation(Operation operation) {
        String url = "/1.0/operations/" + operation.id();
        return new Ready(202, JSON, Envelope.async(url, operation), Map.of("Location", url));
    }

    /// It was refused, or went wrong.
    static Ready error(int status, String text) {
        return new Ready(status, JSON, Envelope.error(status, text), Map.of("X-Content-Type-Options", "nosniff"));
    }

    /// Plain text.
    static Ready text(String text) {
        return new Ready(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /// Upgrades to a websocket. Whatever the client must not miss is prepared before this answer is returned: the
    /// client hears of the upgrade after that.
    static Upgrade webSocket(SocketHandler handler, Runnable refused) {
        return new Upgrade(new WebSocket(), handler, refused);
    }
}
