package io.lightvisor.cli.out;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Times as LXD's client prints them, in the zone of the user.
public final class Times {
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private static @Nullable ZoneId zone;

    private Times() {}

    /// Whether a time of the wire is set: 1970 and the year 1 both mean "never".
    public static boolean isSet(String rfc3339) {
        return rfc3339.length() >= 10 && !rfc3339.startsWith("0001-") && !rfc3339.startsWith("1970-01-01T00:00:00");
    }

    /// `2026/11/24 21:01 UTC`; empty if not set.
    public static String minute(String rfc3339) {
        if (!isSet(rfc3339)) {
            return "";
        }
        ZonedDateTime time = local(rfc3339);
        StringBuilder out = new StringBuilder(24);
        out.append(time.getYear()).append('/');
        two(out, time.getMonthValue()).append('/');
        two(out, time.getDayOfMonth()).append(' ');
        two(out, time.getHour()).append(':');
        two(out, time.getMinute()).append(' ');
        return out.append(zoneOf(time)).toString();
    }

    /// `Nov 24, 2026 at 9:01pm (UTC)`.
    public static String words(String rfc3339) {
        ZonedDateTime time = local(rfc3339);
        StringBuilder out = new StringBuilder(32);
        out.append(MONTHS[time.getMonthValue() - 1]).append(' ').append(time.getDayOfMonth());
        out.append(", ").append(time.getYear()).append(" at ");
        out.append(time.getHour() % 12 == 0 ? 12 : time.getHour() % 12).append(':');
        two(out, time.getMinute()).append(time.getHour() < 12 ? "am (" : "pm (");
        return out.append(zoneOf(time)).append(')').toString();
    }

    private static StringBuilder two(StringBuilder out, int value) {
        return (value < 10 ? out.append('0') : out).append(value);
    }

    private static ZonedDateTime local(String rfc3339) {
        ZoneId here = zone;
        if (here == null) {
            here = ZoneId.systemDefault();
            zone = here;
        }
        return OffsetDateTime.parse(rfc3339).atZoneSameInstant(here);
    }

    private static String zoneOf(ZonedDateTime time) {
        String id = time.getZone().getId();
        if (id.equals("Z") || id.equals("UTC") || id.equals("Etc/UTC") || id.equals("GMT")) {
            return "UTC";
        }
        return DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time).isEmpty()
                ? time.getZone().getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                : DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time);
    }
}
