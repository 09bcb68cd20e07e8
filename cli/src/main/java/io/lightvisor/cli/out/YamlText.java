package io.lightvisor.cli.out;

import io.lightvisor.api.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes YAML (1.1) in the shape that LXD's client prints, so that scripts and eyes find it again: block style, lists
/// not
/// indented, texts plain where they cannot be taken for something else, several lines as `|`, long lines folded at 80.
public final class YamlText {
    private static final int FOLD = 80;

    /// Absent lists and maps of the wire, which are shown empty, as LXD's client does.
    private static final List<String> LISTS = List.of(
            "backups", "snapshots", "used_by", "locations", "profiles", "aliases", "projects", "addresses", "roles");

    private static final List<String> MAPS = List.of("network", "disk", "templates", "config", "devices", "properties");

    private final StringBuilder out = new StringBuilder(1024);
    private final boolean typed;

    private YamlText(boolean typed) {
        this.typed = typed;
    }

    /// A value (of [io.lightvisor.api.JsonTree]) as YAML, with a line end. Keys of objects keep their order.
    public static String of(@Nullable Object value) {
        return write(value, true);
    }

    /// As [#of], for values whose types LXD's client does not know (events): times are texts, and what is absent is
    /// null.
    public static String untyped(@Nullable Object value) {
        return write(value, false);
    }

    private static String write(@Nullable Object value, boolean typed) {
        YamlText yaml = new YamlText(typed);
        if (isEmptyOrScalar(value)) {
            yaml.scalar(value, 0, 0);
            yaml.out.append('\n');
        } else {
            yaml.block(value, 0, true);
        }
        return yaml.out.toString();
    }

    private static boolean isEmptyOrScalar(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty();
        }
        if (value instanceof List<?> list) {
            return list.isEmpty();
        }
        return true;
    }

    /// Writes a map or list that is not empty; `atStart` tells that the indentation of its first line is there already.
    private void block(@Nullable Object value, int indent, boolean atStart) {
        boolean first = atStart;
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (!first) {
                    spaces(indent);
                }
                first = false;
                out.append("- ");
                entry(each, indent, indent + 2, true);
            }
            return;
        }
        Map<?, ?> map =
                value instanceof JsonObject object ? object.map() : (Map<?, ?>) java.util.Objects.requireNonNull(value);
        for (Map.Entry<?, ?> each : map.entrySet()) {
            if (!first) {
                spaces(indent);
            }
            first = false;
            int column = out.length();
            scalar(String.valueOf(each.getKey()), indent, indent);
            out.append(':');
            Object inner = each.getValue();
            if (typed && inner == null && LISTS.contains(String.valueOf(each.getKey()))) {
                inner = List.of();
            } else if (typed && inner == null && MAPS.contains(String.valueOf(each.getKey()))) {
                inner = new JsonObject();
            }
            if (typed && isTimeOfTheWire(String.valueOf(each.getKey()), inner)) {
                out.append(' ').append(inner).append('\n');
            } else if (isEmptyOrScalar(inner)) {
                out.append(' ');
                scalar(inner, indent, indent + out.length() - column);
                out.append('\n');
            } else {
                out.append('\n');
                int deeper = inner instanceof List<?> ? indent : indent + 2;
                spaces(deeper);
                block(inner, deeper, true);
            }
        }
    }

    private void entry(@Nullable Object value, int indent, int column, boolean atStart) {
        if (isEmptyOrScalar(value)) {
            scalar(value, indent, column);
            out.append('\n');
        } else {
            block(value, indent + 2, atStart);
        }
    }

    private void spaces(int count) {
        for (int i = 0; i < count; i++) {
            out.append(' ');
        }
    }

    private void scalar(@Nullable Object value, int indent, int column) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof JsonObject || value instanceof Map) {
            out.append("{}");
        } else if (value instanceof List) {
            out.append("[]");
        } else if (value instanceof String text) {
            text(text, indent, column);
        } else if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            out.append(number.longValue());
        } else {
            out.append(value);
        }
    }

    private void text(String text, int indent, int column) {
        if (text.indexOf('\n') >= 0 && canBeLiteral(text)) {
            literal(text, indent);
        } else if (isTakenForSomethingElse(text) || isTime(text) || needsDoubleQuotes(text)) {
            doubleQuoted(text, indent, column);
        } else if (canBePlain(text)) {
            folded(text, indent, column, "");
        } else {
            folded(text.replace("'", "''"), indent, column, "'");
        }
    }

    /// Times of the wire are times, not texts, to the client, and stand bare; what a user calls so has a dot in its
    /// key.
    private static boolean isTimeOfTheWire(String key, @Nullable Object value) {
        return value instanceof String text
                && (key.endsWith("_at") || key.equals("timestamp"))
                && key.indexOf('.') < 0
                && isTime(text);
    }

    private static boolean isTime(String text) {
        if (text.length() < 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (i != 4 && i != 7 && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
                return false;
            }
        }
        return text.length() == 10 || text.charAt(10) == 'T' || text.charAt(10) == ' ';
    }

    /// A text of several lines may be written as it is unless a space would lead it or it holds unprintable signs.
    private static boolean canBeLiteral(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\n' && c != '\t' && !isPrintable(c)) {
                return false;
            }
        }
        return text.charAt(0) != ' ' && text.charAt(0) != '\n' && text.charAt(0) != '\t';
    }

    private void literal(String text, int indent) {
        out.append('|');
        if (!text.endsWith("\n")) {
            out.append('-');
        } else if (text.endsWith("\n\n") || text.equals("\n")) {
            out.append('+');
        }
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        int at = 0;
        while (at <= body.length()) {
            int end = body.indexOf('\n', at);
            if (end < 0) {
                end = body.length();
            }
            out.append('\n');
            if (end > at) {
                spaces(indent + 2);
                out.append(body, at, end);
            }
            at = end + 1;
        }
    }

    /// Writes a text, with a line break in place of a single space where the line has grown beyond the fold.
    private void folded(String text, int indent, int column, String quote) {
        out.append(quote);
        int at = column + quote.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean single = c == ' '
                    && i > 0
                    && i + 1 < text.length()
                    && text.charAt(i - 1) != ' '
                    && text.charAt(i + 1) != ' ';
            if (single && at > FOLD) {
                out.append('\n');
                spaces(indent + 2);
                at = indent + 2;
            } else {
                out.append(c);
                at++;
            }
        }
        out.append(quote);
    }

    private static boolean isPrintable(char c) {
        return (c >= ' ' && c <= '~') || (c >= 0xa0 && c != 0xfeff && !(c >= 0xfff0));
    }

    private static boolean needsDoubleQuotes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintable(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private void doubleQuoted(String text, int indent, int column) {
        out.append('"');
        int at = column + 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int before = out.length();
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0 -> out.append("\\0");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case 11 -> out.append("\\v");
                case '\f' -> out.append("\\f");
                case 27 -> out.append("\\e");
                case ' ' -> {
                    if (at > FOLD && i > 0 && i + 1 < text.length() && text.charAt(i + 1) != ' ') {
                        out.append('\n');
                        spaces(indent + 2);
                        at = indent + 2;
                        before = out.length();
                    } else {
                        out.append(' ');
                    }
                }
                default -> {
                    if (isPrintable(c) || Character.isSurrogate(c)) {
                        out.append(c);
                    } else {
                        out.append(c < 256 ? "\\x" : "\\u");
                        for (int shift = c < 256 ? 4 : 12; shift >= 0; shift -= 4) {
                            out.append(Character.toUpperCase(Character.forDigit((c >> shift) & 15, 16)));
                        }
                    }
                }
            }
            at += out.length() - before;
        }
        out.append('"');
    }

    /// Whether a reader would take the bare text for a number, a boolean, null or a time, in YAML 1.1.
    private static boolean isTakenForSomethingElse(String text) {
        switch (text) {
            case "",
                    "~",
                    "null",
                    "Null",
                    "NULL",
                    "true",
                    "True",
                    "TRUE",
                    "false",
                    "False",
                    "FALSE",
                    "y",
                    "Y",
                    "yes",
                    "Yes",
                    "YES",
                    "n",
                    "N",
                    "no",
                    "No",
                    "NO",
                    "on",
                    "On",
                    "ON",
                    "off",
                    "Off",
                    "OFF",
                    ".inf",
                    ".Inf",
                    ".INF",
                    "+.inf",
                    "+.Inf",
                    "+.INF",
                    "-.inf",
                    "-.Inf",
                    "-.INF",
                    ".nan",
                    ".NaN",
                    ".NAN" -> {
                return true;
            }
            default -> {}
        }
        char first = text.charAt(0);
        if ((first < '0' || first > '9') && first != '-' && first != '+' && first != '.') {
            return false;
        }
        return isNumber(text) || isBase60(text);
    }

    private static boolean isNumber(String text) {
        String plain = text.replace("_", "");
        String digits = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
        if (digits.startsWith("0x")) {
            return all(digits, 2, "0123456789abcdefABCDEF");
        }
        if (digits.startsWith("0b")) {
            return all(digits, 2, "01");
        }
        if (digits.startsWith("0o")) {
            return all(digits, 2, "01234567");
        }
        boolean seen = false;
        int i = 0;
        while (i < digits.length() && Character.isDigit(digits.charAt(i))) {
            i++;
            seen = true;
        }
        if (i < digits.length() && digits.charAt(i) == '.') {
            i++;
            while (i < digits.length() && Character.isDigit(digits.charAt(i))) {
                i++;
                seen = true;
            }
        }
        if (!seen) {
            return false;
        }
        if (i < digits.length() && (digits.charAt(i) == 'e' || digits.charAt(i) == 'E')) {
            i++;
            if (i < digits.length() && (digits.charAt(i) == '-' || digits.charAt(i) == '+')) {
                i++;
            }
            return all(digits, i, "0123456789");
        }
        return i == digits.length();
    }

    private static boolean all(String text, int from, String allowed) {
        for (int i = from; i < text.length(); i++) {
            if (allowed.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return from < text.length();
    }

    /// Numbers to the base of 60 (`12:30`) are a trap of YAML 1.1.
    private static boolean isBase60(String text) {
        if (text.indexOf(':') < 0) {
            return false;
        }
        int i = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        int group = -1;
        int length = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                if (length == 0 || (group >= 0 && length > 2)) {
                    return false;
                }
                group++;
                length = 0;
            } else if (c >= '0' && c <= '9') {
                length++;
                if (group >= 0 && length == 2 && text.charAt(i - 1) > '5') {
                    return false;
                }
            } else if (c == '.' && group >= 0 && length > 0) {
                return i + 1 == text.length() || all(text, i + 1, "0123456789_");
            } else if (c != '_' || group >= 0) {
                return false;
            }
        }
        return group >= 0 && length > 0 && length <= 2;
    }

    private static boolean canBePlain(String text) {
        char first = text.charAt(0);
        char second = text.length() > 1 ? text.charAt(1) : ' ';
        if (first == ' ' || text.charAt(text.length() - 1) == ' ') {
            return false;
        }
        if (text.startsWith("---") || text.startsWith("...")) {
            return false;
        }
        if ("#,[]{}&*!|>'\"%@`".indexOf(first) >= 0 || ("?:-".indexOf(first) >= 0 && second == ' ')) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
                return false;
            }
            if (c == '#' && i > 0 && text.charAt(i - 1) == ' ') {
                return false;
            }
        }
        return true;
    }
}
