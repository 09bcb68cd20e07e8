package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Times at which something is done: crontab(5) expressions of five fields, or `@hourly`, `@daily`, `@midnight`,
/// `@weekly`, `@monthly`, `@annually`, `@yearly`, `@startup`, `@never`; several of them with comma and blank between.
///
/// @param times     the expressions
/// @param atStartup whether `@startup` is among them: when the instance starts
public record Schedule(List<Cron> times, boolean atStartup) {
    private static final String SHAPE =
            "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
    private static final String[] MONTHS = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
    };
    private static final String[] DAYS = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

    public Schedule {
        times = List.copyOf(times);
    }

    /// One expression as the sets of what fits.
    ///
    /// @param anyDay     day of the month is `*`
    /// @param anyWeekday day of the week is `*`; where neither is, one of the two must fit
    public record Cron(
            BitSet minutes,
            BitSet hours,
            BitSet days,
            BitSet months,
            BitSet weekdays,
            boolean anyDay,
            boolean anyWeekday) {
        boolean fits(LocalDateTime time) {
            return months.get(time.getMonthValue())
                    && fitsDay(time)
                    && hours.get(time.getHour())
                    && minutes.get(time.getMinute());
        }

        boolean fitsDay(LocalDateTime time) {
            boolean day = days.get(time.getDayOfMonth());
            boolean weekday = weekdays.get(
                    time.getDayOfWeek() == DayOfWeek.SUNDAY
                            ? 0
                            : time.getDayOfWeek().getValue());
            return anyDay || anyWeekday ? day && weekday : day || weekday;
        }
    }

    /// Reads a schedule.
    public static Schedule parse(String text) {
        var times = new ArrayList<Cron>();
        boolean startup = false;
        for (String part : text.split(", ", -1)) {
            String word = part.strip().toLowerCase(Locale.ROOT);
            switch (word) {
                case "@startup" -> startup = true;
                case "@never" -> {}
                case "@hourly" -> times.add(cron("0 * * * *"));
                case "@daily", "@midnight" -> times.add(cron("0 0 * * *"));
                case "@weekly" -> times.add(cron("0 0 * * 0"));
                case "@monthly" -> times.add(cron("0 0 1 * *"));
                case "@annually", "@yearly" -> times.add(cron("0 0 1 1 *"));
                default -> times.add(cron(word));
            }
        }
        return new Schedule(times, startup);
    }

    static String complaint(String text) {
        try {
            parse(text);
            return "";
        } catch (ProblemException e) {
            return e.problem().what();
        }
    }

    private static Cron cron(String text) {
        var fields = text.split(" +", -1);
        if (fields.length != 5) {
            throw Problem.badRequest(SHAPE).exception();
        }
        return new Cron(
                field(fields[0], 0, 59, new String[0]),
                field(fields[1], 0, 23, new String[0]),
                field(fields[2], 1, 31, new String[0]),
                field(fields[3], 1, 12, MONTHS),
                field(fields[4], 0, 6, DAYS),
                fields[2].startsWith("*"),
                fields[4].startsWith("*"));
    }

    private static BitSet field(String text, int least, int most, String[] names) {
        var set = new BitSet();
        for (String part : Checks.split(text)) {
            int slash = part.indexOf('/');
            String range = slash < 0 ? part : part.substring(0, slash);
            int step = slash < 0 ? 1 : number(part.substring(slash + 1), 1, most, new String[0], part);
            int dash = range.indexOf('-');
            int from;
            int to;
            if (range.equals("*") || range.equals("?")) {
                from = least;
                to = most;
            } else if (dash >= 0) {
                from = number(range.substring(0, dash), least, most, names, part);
                to = number(range.substring(dash + 1), least, most, names, part);
            } else {
                from = number(range, least, most, names, part);
                to = slash < 0 ? from : most;
            }
            if (from > to) {
                throw bad("beginning of range (" + from + ") beyond end of range (" + to + "): " + part);
            }
            for (int i = from; i <= to; i += step) {
                set.set(i);
            }
        }
        return set;
    }

    private static int number(String text, int least, int most, String[] names, String part) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(text)) {
                return i + least;
            }
        }
        if (text.startsWith("+") || !Numbers.isBetween(text, 0, Integer.MAX_VALUE)) {
            throw bad("failed to parse int from " + Problem.printable(text));
        }
        int value = Integer.parseInt(text);
        if (value > most) {
            throw bad("end of range (" + value + ") above maximum (" + most + "): " + part);
        }
        if (value < least) {
            throw bad("beginning of range (" + value + ") below minimum (" + least + "): " + part);
        }
        return value;
    }

    private static ProblemException bad(String why) {
        return Problem.badRequest("Error parsing schedule: " + why).exception();
    }

    /// The first whole minute after `time` that fits, in the time zone that `time` is meant in; empty if none comes
    /// within five years.
    public Optional<LocalDateTime> next(LocalDateTime time) {
        if (times.isEmpty()) {
            return Optional.empty();
        }
        var minute = time.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        var end = time.plusYears(5);
        while (minute.isBefore(end)) {
            boolean dayFits = false;
            for (var cron : times) {
                if (cron.fits(minute)) {
                    return Optional.of(minute);
                }
                dayFits |= cron.months().get(minute.getMonthValue()) && cron.fitsDay(minute);
            }
            minute = dayFits
                    ? minute.plusMinutes(1)
                    : minute.truncatedTo(ChronoUnit.DAYS).plusDays(1);
        }
        return Optional.empty();
    }
}
