package io.lightvisor.network;

import java.util.OptionalLong;

/// Bits per second as users write them: `10Mbit`, `500Kibit`, or a plain number.
final class BitRate {
    private static final String[] SUFFIXES = {"bit", "kbit", "Mbit", "Gbit", "Tbit", "Pbit", "Ebit"};
    private static final String[] BINARY = {"bit", "Kibit", "Mibit", "Gibit", "Tibit", "Pibit", "Eibit"};

    private BitRate() {}

    /// Reads one; empty if the text is none, or more than a long holds.
    static OptionalLong find(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long factor = factor(text.substring(digits));
        if (digits == 0 || digits > 18 || factor == 0) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(text.substring(0, digits));
        return number > Long.MAX_VALUE / factor ? OptionalLong.empty() : OptionalLong.of(number * factor);
    }

    private static long factor(String suffix) {
        if (suffix.isEmpty()) {
            return 1;
        }
        long decimal = 1;
        long binary = 1;
        for (int i = 0; i < SUFFIXES.length; i++) {
            if (suffix.equals(SUFFIXES[i])) {
                return decimal;
            }
            if (suffix.equals(BINARY[i])) {
                return binary;
            }
            decimal *= 1000;
            binary *= 1024;
        }
        return 0;
    }
}
