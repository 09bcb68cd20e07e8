package io.lightvisor.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Moments as RFC 3339 text in UTC with nanoseconds: `2026-01-02T03:04:05.000000000Z`. By hand, because the JDK's
/// formatter takes most of the time in which a daemon reads its records, before the compiler has warmed up.
final class InstantText {
    private static final String SHAPE = "0000-00-00T00:00:00.000000000Z";

    private InstantText() {}

    static String print(Instant moment) {
        var time = LocalDateTime.ofEpochSecond(moment.getEpochSecond(), moment.getNano(), ZoneOffset.UTC);
        var text = SHAPE.toCharArray();
        if (time.getYear() < 0 || time.getYear() > 9999) {
            throw new DateTimeException("the year " + time.getYear() + " has no place in RFC 3339");
        }
        digits(text, 0, 4, time.getYear());
        digits(text, 5, 2, time.getMonthValue());
        digits(text, 8, 2, time.getDayOfMonth());
        digits(text, 11, 2, time.getHour());
        digits(text, 14, 2, time.getMinute());
        digits(text, 17, 2, time.getSecond());
        digits(text, 20, 9, time.getNano());
        return new String(text);
    }

    /// Reads what [#print(Instant)] wrote.
    static Instant parse(String text) {
        if (text.length() != SHAPE.length()) {
            throw new DateTimeException("not a moment: " + text);
        }
        for (int i = 0; i < SHAPE.length(); i++) {
            char c = text.charAt(i);
            if (SHAPE.charAt(i) == '0' ? c < '0' || c > '9' : c != SHAPE.charAt(i)) {
                throw new DateTimeException("not a moment: " + text);
            }
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
                .toEpochDay();
        int second = number(text, 11, 2) * 3600 + number(text, 14, 2) * 60 + number(text, 17, 2);
        return Instant.ofEpochSecond(day * 86400 + second, number(text, 20, 9));
    }

    private static void digits(char[] text, int at, int count, int value) {
        for (int i = at + count - 1, rest = value; i >= at; i--, rest /= 10) {
            text[i] = (char) ('0' + rest % 10);
        }
    }

    private static int number(String text, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            value = value * 10 + text.charAt(i) - '0';
        }
        return value;
    }
}
