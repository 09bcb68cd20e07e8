package io.lightvisor.engine.instance;

import io.lightvisor.model.Problem;
import io.lightvisor.model.SnapshotName;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names snapshots by `snapshots.pattern`: text in which `%d` (once) counts, and `{{ creation_date }}` is the time, in
/// a layout of Go's where one is given: `{{ creation_date|date:"2006-01-02_15-04-05" }}`. A pattern without `%d` gets
/// `-0`, `-1`, ... behind it where its name is taken.
final class SnapshotNames {
    private static final Pattern EXPRESSION =
            Pattern.compile("\\{\\{\\s*creation_date\\s*(?:\\|\\s*date\\s*:\\s*(?:\"([^\"]*)\"|'([^']*)'))?\\s*}}");

    /// What Go's layouts mean, longest first where one begins another.
    private static final String[][] LAYOUT = {
        {"January", "MMMM"},
        {"Jan", "MMM"},
        {"Monday", "EEEE"},
        {"Mon", "EEE"},
        {"2006", "yyyy"},
        {"MST", "z"},
        {"-0700", "xx"},
        {"-07:00", "xxx"},
        {"PM", "a"},
        {"01", "MM"},
        {"02", "dd"},
        {"03", "hh"},
        {"04", "mm"},
        {"05", "ss"},
        {"06", "yy"},
        {"15", "HH"},
        {"1", "M"},
        {"2", "d"},
        {"3", "h"},
        {"4", "m"},
        {"5", "s"},
    };

    private SnapshotNames() {}

    /// The next name.
    ///
    /// @param taken what the instance has
    static SnapshotName next(String pattern, ZonedDateTime now, Collection<String> taken) {
        String text = dates(pattern.isEmpty() ? "snap%d" : pattern, now);
        int at = text.indexOf("%d");
        if (at < 0) {
            if (!taken.contains(text)) {
                return named(text);
            }
            text += "-%d";
            at = text.indexOf("%d");
        } else if (text.indexOf("%d", at + 2) >= 0) {
            throw Problem.badRequest("Snapshot pattern may contain '%d' only once")
                    .exception();
        }
        String before = text.substring(0, at);
        String after = text.substring(at + 2);
        int next = 0;
        for (var name : taken) {
            if (name.length() > before.length() + after.length() && name.startsWith(before) && name.endsWith(after)) {
                next = Math.max(next, number(name.substring(before.length(), name.length() - after.length())) + 1);
            }
        }
        return named(before + next + after);
    }

    private static int number(String text) {
        try {
            int value = Integer.parseInt(text);
            return value < 0 || value == Integer.MAX_VALUE ? -1 : value;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static SnapshotName named(String text) {
        try {
            return new SnapshotName(text);
        } catch (RuntimeException e) {
            throw new Problem.BadRequest(
                            "Invalid snapshot name: \"" + Problem.printable(text) + "\"",
                            "snapshots.pattern makes what can be no name",
                            "a name has no blanks, slashes or quotes: set snapshots.pattern")
                    .exception(e);
        }
    }

    private static String dates(String pattern, ZonedDateTime now) {
        var out = new StringBuilder();
        var matcher = EXPRESSION.matcher(pattern);
        int from = 0;
        while (matcher.find()) {
            out.append(pattern, from, matcher.start());
            String layout = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            out.append(layout == null ? format("2006-01-02_15-04-05", now) : format(layout, now));
            from = matcher.end();
        }
        String text = out.append(pattern.substring(from)).toString();
        if (text.contains("{{") || text.contains("{%")) {
            throw new Problem.BadRequest(
                            "Invalid snapshot pattern \"" + Problem.printable(pattern) + "\"",
                            "it may hold {{ creation_date }} and {{ creation_date|date:\"2006-01-02\" }} only",
                            "set snapshots.pattern")
                    .exception();
        }
        return text;
    }

    private static String format(String layout, ZonedDateTime now) {
        var out = new StringBuilder();
        next:
        for (int i = 0; i < layout.length(); ) {
            for (var each : LAYOUT) {
                if (layout.startsWith(each[0], i)) {
                    out.append(DateTimeFormatter.ofPattern(each[1], Locale.ROOT).format(now));
                    i += each[0].length();
                    continue next;
                }
            }
            out.append(layout.charAt(i++));
        }
        return out.toString();
    }
}
