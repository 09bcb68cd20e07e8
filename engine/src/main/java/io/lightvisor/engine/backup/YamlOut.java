package io.lightvisor.engine.backup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes maps, lists and scalars as YAML that readers of version 1.1 (LXD's) and 1.2 understand alike: text that
/// either
/// could take for something else is quoted.
final class YamlOut {
    private static final List<String> WORDS =
            List.of("true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf");

    private final StringBuilder out = new StringBuilder(4096);

    private YamlOut() {}

    static byte[] of(Map<String, Object> top) {
        var yaml = new YamlOut();
        yaml.map(top, 0, false);
        return yaml.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void map(Map<?, ?> map, int depth, boolean begun) {
        boolean first = begun;
        for (var each : map.entrySet()) {
            if (!first) {
                indent(depth);
            }
            first = false;
            text(String.valueOf(each.getKey()));
            out.append(':');
            value(each.getValue(), depth);
        }
    }

    private void value(Object value, int depth) {
        switch (value) {
            case Map<?, ?> map when map.isEmpty() -> out.append(" {}\n");
            case Map<?, ?> map -> {
                out.append('\n');
                map(map, depth + 1, false);
            }
            case List<?> list when list.isEmpty() -> out.append(" []\n");
            case List<?> list -> {
                out.append('\n');
                for (var item : list) {
                    indent(depth);
                    out.append("- ");
                    if (item instanceof Map<?, ?> map) {
                        map(map, depth + 1, true);
                    } else {
                        text(String.valueOf(item));
                        out.append('\n');
                    }
                }
            }
            case String text -> {
                out.append(' ');
                text(text);
                out.append('\n');
            }
            default -> out.append(' ').append(value).append('\n');
        }
    }

    private void indent(int depth) {
        for (int i = 0; i < depth; i++) {
            out.append("  ");
        }
    }

    private void text(String text) {
        if (isPlain(text)) {
            out.append(text);
            return;
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || c >= 0xFFFE) {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(Character.forDigit(c >> shift & 15, 16));
                        }
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// Starts with a letter or a slash, holds nothing that means something, and is none of the words for other types.
    private static boolean isPlain(String text) {
        if (text.isEmpty() || !(letter(text.charAt(0)) || text.charAt(0) == '/')) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(letter(c) || c >= '0' && c <= '9' || "/._-".indexOf(c) >= 0)) {
                return false;
            }
        }
        return text.length() > 5 || !WORDS.contains(text.toLowerCase(java.util.Locale.ROOT));
    }

    private static boolean letter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
