package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.TreeMap;

/// A time span such as `1M 2H 3d 4w 5m 6y`: seconds `S`, minutes `M`, hours `H`, days `d`, weeks `w`, months `m`,
/// years `y`, each at most once, with blanks between.
///
/// @param amounts from unit to how many of it
public record Expiry(Map<Character, Integer> amounts) {
    private static final String UNITS = "SMHdwmy";

    public Expiry {
        amounts = Map.copyOf(amounts);
    }

    /// Reads a span.
    public static Expiry parse(String text) {
        var amounts = new TreeMap<Character, Integer>();
        for (String part : text.split(" ", -1)) {
            char unit = part.isEmpty() ? 0 : part.charAt(part.length() - 1);
            String amount = part.isEmpty() ? "" : part.substring(0, part.length() - 1);
            if (UNITS.indexOf(unit) < 0
                    || amount.startsWith("+")
                    || !Numbers.isBetween(amount, 0, 1_000_000)
                    || amounts.put(unit, Integer.valueOf(amount)) != null) {
                throw Problem.badRequest("Invalid expiry expression").exception();
            }
        }
        return new Expiry(amounts);
    }

    /// Whether [#parse(String)] would read it.
    static boolean isValid(String text) {
        try {
            parse(text);
            return true;
        } catch (ProblemException _) {
            return false;
        }
    }

    /// When something made at `start` expires. Months and years are those of the calendar, in UTC.
    public Instant after(Instant start) {
        ZonedDateTime time = start.atZone(ZoneOffset.UTC);
        return time.plusYears(of('y'))
                .plusMonths(of('m'))
                .plusWeeks(of('w'))
                .plusDays(of('d'))
                .plusHours(of('H'))
                .plusMinutes(of('M'))
                .plusSeconds(of('S'))
                .toInstant();
    }

    private int of(char unit) {
        return amounts.getOrDefault(unit, 0);
    }
}
