package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a tree of maps, lists and strings as YAML in block style. A string that could be read as something else is
/// quoted.
final class YamlText {
    private YamlText() {}

    static String of(JsonObject object) {
        var out = new StringBuilder();
        map(out, object.map(), 0, false);
        return out.toString();
    }

    private static void map(StringBuilder out, Map<String, @Nullable Object> map, int indent, boolean inline) {
        boolean first = inline;
        for (var entry : map.entrySet()) {
            if (!first) {
                out.repeat(' ', indent);
            }
            first = false;
            out.append(scalar(entry.getKey())).append(':');
            value(out, entry.getValue(), indent);
        }
    }

    private static void value(StringBuilder out, @Nullable Object value, int indent) {
        switch (value) {
            case JsonObject object when object.isEmpty() -> out.append(" {}\n");
            case JsonObject object -> {
                out.append('\n');
                map(out, object.map(), indent + 2, false);
            }
            case List<?> list when list.isEmpty() -> out.append(" []\n");
            case List<?> list -> {
                out.append('\n');
                for (Object each : list) {
                    out.repeat(' ', indent).append("- ");
                    if (each instanceof JsonObject object && !object.isEmpty()) {
                        map(out, object.map(), indent + 2, true);
                    } else {
                        out.append(each instanceof JsonObject ? "{}" : scalar(String.valueOf(each)))
                                .append('\n');
                    }
                }
            }
            case null -> out.append(" null\n");
            case String text -> out.append(' ').append(scalar(text)).append('\n');
            default -> out.append(' ').append(value).append('\n');
        }
    }

    private static String scalar(String text) {
        return isPlain(text) ? text : JsonTree.text(text);
    }

    /// Whether a text stays a string when it is written bare (YAML 1.1 and 1.2).
    private static boolean isPlain(String text) {
        if (text.isEmpty()
                || "-?:,[]{}#&*!|>'\"%@`~ ".indexOf(text.charAt(0)) >= 0
                || text.endsWith(" ")
                || text.endsWith(":")
                || text.contains(": ")
                || text.contains(" #")) {
            return false;
        }
        boolean number = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
            number &= "0123456789.+-_eExXoO:".indexOf(c) >= 0;
        }
        if (number && text.indexOf('.') == text.lastIndexOf('.')) {
            return false;
        }
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "false", "yes", "no", "on", "off", "y", "n", "null" -> false;
            default -> true;
        };
    }
}
