package io.lightvisor.model.config;

import org.jspecify.annotations.Nullable;

/// Whole numbers as text.
final class Numbers {
    private Numbers() {}

    /// Whether `text` is a whole number of 64 bits in decimal digits, with or without a sign.
    static boolean isInteger(String text) {
        return parse(text) != null;
    }

    /// Whether `text` is such a number between two bounds, both included.
    static boolean isBetween(String text, long least, long most) {
        var value = parse(text);
        return value != null && value >= least && value <= most;
    }

    private static @Nullable Long parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // The JDK also takes digits of other scripts.
            if ((c < '0' || c > '9') && !(i == 0 && (c == '-' || c == '+'))) {
                return null;
            }
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
