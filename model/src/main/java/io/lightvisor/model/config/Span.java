package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import java.time.Duration;
import java.util.Optional;

/// A short span of time: `500ms`, `10s`, `2m`, `1h`; a bare number is seconds. At most a day.
public final class Span {
    private Span() {}

    /// Whether `text` is one.
    static String complaint(String text) {
        return find(text).isPresent()
                ? ""
                : "Invalid span of time \"" + Problem.printable(text) + "\", it is like 500ms, 10s, 2m or 1h";
    }

    /// Reads one that a check has let pass; empty text is empty.
    public static Optional<Duration> find(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        if (end == 0 || end > 8) {
            return Optional.empty();
        }
        long number = Long.parseLong(text.substring(0, end));
        long millis = switch (text.substring(end)) {
            case "ms" -> number;
            case "", "s" -> number * 1000;
            case "m" -> number * 60_000;
            case "h" -> number * 3_600_000;
            default -> -1;
        };
        return millis < 0 || millis > 86_400_000 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }
}
