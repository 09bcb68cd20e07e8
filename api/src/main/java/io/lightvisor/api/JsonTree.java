package io.lightvisor.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON without a schema: text to [JsonObject], `List`, `String`, `Long`, `Double`, `Boolean` or null, and back.
///
/// Small and without reflection because the client's start waits for it: the parser of records costs 15 ms at the first
/// use, this one about 2. RFC 8259; bounded in depth by [Wire#MAX_DEPTH]; of a key given twice the last counts.
public final class JsonTree {
    private final byte[] in;
    private int at;
    private int depth;

    private JsonTree(byte[] in) {
        this.in = in;
    }

    /// Parses one value with nothing but white space after it. Throws [WireException] with the place of the fault.
    public static @Nullable Object parse(byte[] json) {
        JsonTree parser = new JsonTree(json);
        Object value = parser.value();
        parser.skip();
        if (parser.at != json.length) {
            throw parser.fault("text after the end");
        }
        return value;
    }

    /// Parses an object. Throws [WireException] if it is something else.
    public static JsonObject object(byte[] json) {
        if (parse(json) instanceof JsonObject object) {
            return object;
        }
        throw new WireException("an object is due", null);
    }

    /// A value as JSON on one line.
    public static String text(@Nullable Object value) {
        StringBuilder out = new StringBuilder(256);
        write(out, value, -1);
        return out.toString();
    }

    /// A value as JSON on one line, in UTF-8.
    public static byte[] bytes(@Nullable Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /// A value as JSON over several lines, keys sorted, one tab for each level.
    public static String pretty(@Nullable Object value) {
        StringBuilder out = new StringBuilder(1024);
        write(out, value, 0);
        return out.toString();
    }

    private @Nullable Object value() {
        skip();
        if (at >= in.length) {
            throw fault("the end comes too early");
        }
        switch (in[at]) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                word("true");
                return Boolean.TRUE;
            case 'f':
                word("false");
                return Boolean.FALSE;
            case 'n':
                word("null");
                return null;
            default:
                return number();
        }
    }

    private JsonObject object() {
        enter();
        JsonObject object = new JsonObject();
        skip();
        if (peek() == '}') {
            at++;
            depth--;
            return object;
        }
        while (true) {
            skip();
            if (peek() != '"') {
                throw fault("a key is due");
            }
            String key = string();
            skip();
            if (peek() != ':') {
                throw fault("a colon is due");
            }
            at++;
            object.put(key, value());
            skip();
            int c = peek();
            at++;
            if (c == '}') {
                depth--;
                return object;
            }
            if (c != ',') {
                at--;
                throw fault("a comma or } is due");
            }
        }
    }

    private List<@Nullable Object> array() {
        enter();
        ArrayList<@Nullable Object> list = new ArrayList<>();
        skip();
        if (peek() == ']') {
            at++;
            depth--;
            return list;
        }
        while (true) {
            list.add(value());
            skip();
            int c = peek();
            at++;
            if (c == ']') {
                depth--;
                return list;
            }
            if (c != ',') {
                at--;
                throw fault("a comma or ] is due");
            }
        }
    }

    private void enter() {
        at++;
        if (++depth > Wire.MAX_DEPTH) {
            throw fault("nested deeper than " + Wire.MAX_DEPTH);
        }
    }

    private String string() {
        int start = ++at;
        while (at < in.length) {
            byte c = in[at];
            if (c == '"') {
                return new String(in, start, at++ - start, StandardCharsets.UTF_8);
            }
            if (c == '\\') {
                return escaped(start);
            }
            if (c >= 0 && c < 0x20) {
                throw fault("a control character in a string");
            }
            at++;
        }
        throw fault("a string without an end");
    }

    private String escaped(int start) {
        StringBuilder out = new StringBuilder(at - start + 32);
        int plain = start;
        while (at < in.length) {
            byte c = in[at];
            if (c == '"') {
                out.append(new String(in, plain, at - plain, StandardCharsets.UTF_8));
                at++;
                return out.toString();
            }
            if (c >= 0 && c < 0x20) {
                throw fault("a control character in a string");
            }
            if (c != '\\') {
                at++;
                continue;
            }
            out.append(new String(in, plain, at - plain, StandardCharsets.UTF_8));
            at++;
            int kind = peek();
            at++;
            switch (kind) {
                case '"', '\\', '/' -> out.append((char) kind);
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> out.append(hex4());
                default -> throw fault("an unknown escape");
            }
            plain = at;
        }
        throw fault("a string without an end");
    }

    private char hex4() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw fault("four hexadecimal digits are due");
            }
            value = value * 16 + digit;
            at++;
        }
        return (char) value;
    }

    private Object number() {
        int start = at;
        boolean whole = true;
        while (at < in.length) {
            byte c = in[at];
            if (c == '.' || c == 'e' || c == 'E') {
                whole = false;
            } else if ((c < '0' || c > '9') && c != '-' && c != '+') {
                break;
            }
            at++;
        }
        String text = new String(in, start, at - start, StandardCharsets.US_ASCII);
        try {
            if (whole && text.length() < 19) {
                return Long.valueOf(text);
            }
            if (whole) {
                try {
                    return Long.valueOf(text);
                } catch (NumberFormatException tooBig) {
                    return Double.valueOf(text);
                }
            }
            return Double.valueOf(text);
        } catch (NumberFormatException failure) {
            at = start;
            throw fault("a value is due");
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                throw fault("a value is due");
            }
        }
    }

    private int peek() {
        return at < in.length ? in[at] & 0xff : -1;
    }

    private void skip() {
        while (at < in.length && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private WireException fault(String what) {
        return new WireException("JSON, byte " + at + ": " + what, null);
    }

    private static void write(StringBuilder out, @Nullable Object value, int level) {
        // No pattern switch: its bootstrap would cost a client several milliseconds.
        if (value == null) {
            out.append("null");
        } else if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof JsonObject object) {
            map(out, object.map(), level);
        } else if (value instanceof Map<?, ?> map) {
            map(out, map, level);
        } else if (value instanceof Iterable<?> list) {
            list(out, list, level);
        } else if (value instanceof Double number) {
            number(out, number);
        } else {
            out.append(value);
        }
    }

    private static void number(StringBuilder out, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
    }

    private static void map(StringBuilder out, Map<?, ?> map, int level) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : (level < 0 ? map : new TreeMap<>(map)).entrySet()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            line(out, level < 0 ? -1 : level + 1);
            quote(out, String.valueOf(entry.getKey()));
            out.append(level < 0 ? ":" : ": ");
            write(out, entry.getValue(), level < 0 ? -1 : level + 1);
        }
        line(out, level);
        out.append('}');
    }

    private static void list(StringBuilder out, Iterable<?> list, int level) {
        boolean first = true;
        for (Object each : list) {
            out.append(first ? '[' : ',');
            first = false;
            line(out, level < 0 ? -1 : level + 1);
            write(out, each, level < 0 ? -1 : level + 1);
        }
        if (first) {
            out.append("[]");
            return;
        }
        line(out, level);
        out.append(']');
    }

    private static void line(StringBuilder out, int level) {
        if (level >= 0) {
            out.append('\n');
            for (int i = 0; i < level; i++) {
                out.append('\t');
            }
        }
    }

    /// Appends a string in quotes, with the escapes that Go writes (also for `<`, `>` and `&`).
    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(out, c);
                default -> {
                    if (c < 0x20) {
                        unicode(out, c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void unicode(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 15, 16));
        }
    }
}
