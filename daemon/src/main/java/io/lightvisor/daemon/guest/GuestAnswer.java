package io.lightvisor.daemon.guest;

import io.lightvisor.daemon.http.Answer;
import java.nio.charset.StandardCharsets;

/// What a guest is answered.
sealed interface GuestAnswer {
    /// A body in memory.
    record Whole(int status, String type, byte[] body) implements GuestAnswer {}

    /// A body that is copied as it is read.
    record Copied(Answer.Streamed content) implements GuestAnswer {}

    /// Events from now on; the connection belongs to them.
    record Events(java.util.Set<String> types) implements GuestAnswer {}

    /// JSON, without the envelope of the API.
    static Whole json(byte[] body) {
        return new Whole(
                200,
                "application/json",
                (new String(body, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// A value as it is.
    static Whole raw(String value) {
        return new Whole(200, "application/octet-stream", value.getBytes(StandardCharsets.UTF_8));
    }

    /// Words of a refusal.
    static Whole refusal(int status, String words) {
        return new Whole(status, "text/plain; charset=utf-8", (words + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
