package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import java.time.Duration;

/// The value of `limits.cpu.allowance`.
public sealed interface CpuAllowance {
    /// A weight against others, where there is not enough time for all; 100 is a full share.
    record Share(int percent) implements CpuAllowance {}

    /// At most `quota` of time in each `period`, even if nobody else wants it.
    record Quota(Duration quota, Duration period) implements CpuAllowance {}

    /// Reads `50%` and `25ms/100ms` (the `ms` may be left out).
    static CpuAllowance parse(String text) {
        if (!isValid(text)) {
            throw Problem.badRequest("Invalid allowance: " + Problem.printable(text))
                    .exception();
        }
        if (text.endsWith("%")) {
            return new Share(Integer.parseInt(text.substring(0, text.length() - 1)));
        }
        int slash = text.indexOf('/');
        return new Quota(
                Duration.ofMillis(Long.parseLong(millis(text.substring(0, slash)))),
                Duration.ofMillis(Long.parseLong(millis(text.substring(slash + 1)))));
    }

    /// Whether [#parse(String)] would read it.
    static boolean isValid(String text) {
        if (text.endsWith("%")) {
            return Numbers.isBetween(text.substring(0, text.length() - 1), 0, 1_000_000);
        }
        int slash = text.indexOf('/');
        return slash >= 0
                && Numbers.isBetween(millis(text.substring(0, slash)), 1, 1_000_000)
                && Numbers.isBetween(millis(text.substring(slash + 1)), 1, 1_000_000);
    }

    private static String millis(String text) {
        return text.endsWith("ms") ? text.substring(0, text.length() - 2) : text;
    }
}
