package io.lightvisor.cli.config;

import io.lightvisor.api.JsonObject;
import org.jspecify.annotations.Nullable;

/// Reads the little YAML that configuration files are written in (maps in maps, one plain or quoted value a line),
/// without
/// loading a YAML parser at every start of the command. Answers null for anything else, and then the parser is asked.
final class PlainYaml {
    private final String text;
    private int at;

    private PlainYaml(String text) {
        this.text = text;
    }

    static @Nullable JsonObject parse(String text) {
        PlainYaml yaml = new PlainYaml(text);
        JsonObject object = yaml.map(0);
        return object != null && yaml.at >= text.length() ? object : null;
    }

    private @Nullable JsonObject map(int indent) {
        JsonObject object = new JsonObject();
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            String line = text.substring(at, end);
            int start = 0;
            while (start < line.length() && line.charAt(start) == ' ') {
                start++;
            }
            if (start == line.length() || line.charAt(start) == '#' || line.equals("---")) {
                at = Math.min(end + 1, text.length());
                continue;
            }
            if (start < indent) {
                return object;
            }
            int colon = line.indexOf(": ", start);
            if (colon < 0 && line.endsWith(":")) {
                colon = line.length() - 1;
            }
            if (start > indent || colon < 0 || !isWord(line, start, colon)) {
                return null;
            }
            String key = line.substring(start, colon);
            String value = line.substring(colon + 1).trim();
            at = Math.min(end + 1, text.length());
            if (value.isEmpty()) {
                int deeper = indentOfNext();
                if (deeper <= indent) {
                    object.put(key, "");
                    continue;
                }
                JsonObject inner = map(deeper);
                if (inner == null) {
                    return null;
                }
                object.put(key, inner);
                continue;
            }
            Object scalar = scalar(value);
            if (scalar == null) {
                return null;
            }
            object.put(key, scalar);
        }
        return object;
    }

    private int indentOfNext() {
        int i = at;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i - at;
    }

    private static boolean isWord(String line, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return to > from && line.charAt(from) != '-';
    }

    private static @Nullable Object scalar(String value) {
        if (value.equals("{}")) {
            return new JsonObject();
        }
        char first = value.charAt(0);
        char last = value.charAt(value.length() - 1);
        if (first == '"' || first == '\'') {
            String inner = value.length() < 2 || last != first ? "\\" : value.substring(1, value.length() - 1);
            return inner.indexOf('\\') >= 0 || inner.indexOf(first) >= 0 ? null : inner;
        }
        if ("[{&*!|>%@`#-?,".indexOf(first) >= 0 || value.contains(" #") || value.contains(": ")) {
            return null;
        }
        return value;
    }
}
