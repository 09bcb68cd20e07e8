package io.lightvisor.daemon.endpoint;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Times in the header of a file: `2026-11-25 00:46:05 +0000 UTC`.
final class FileTimes {
    private FileTimes() {}

    static String text(long seconds) {
        var time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        var text = new StringBuilder(32);
        pad(text, time.getYear(), 4).append('-');
        pad(text, time.getMonthValue(), 2).append('-');
        pad(text, time.getDayOfMonth(), 2).append(' ');
        pad(text, time.getHour(), 2).append(':');
        pad(text, time.getMinute(), 2).append(':');
        return pad(text, time.getSecond(), 2).append(" +0000 UTC").toString();
    }

    private static StringBuilder pad(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        return text.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }
}
