package io.lightvisor.api.http;

import java.util.ArrayList;
import java.util.List;

/// Header lines in order; names are compared without case.
public final class HttpHeaders {
    private final ArrayList<String> lines = new ArrayList<>();

    /// Adds a line. Throws [IllegalArgumentException] if name or value would break out of it.
    public HttpHeaders add(String name, String value) {
        if (breaks(name) || breaks(value)) {
            throw new IllegalArgumentException("a header must not hold control characters: " + name);
        }
        lines.add(name);
        lines.add(value);
        return this;
    }

    /// The first value of a name; empty if there is none.
    public String get(String name) {
        for (int i = 0; i < lines.size(); i += 2) {
            if (lines.get(i).equalsIgnoreCase(name)) {
                return lines.get(i + 1);
            }
        }
        return "";
    }

    /// Whether there is a line of that name.
    public boolean has(String name) {
        for (int i = 0; i < lines.size(); i += 2) {
            if (lines.get(i).equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /// How many lines there are.
    public int size() {
        return lines.size() / 2;
    }

    /// The names, in order, with repetitions.
    public List<String> names() {
        ArrayList<String> names = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 2) {
            names.add(lines.get(i));
        }
        return names;
    }

    void write(StringBuilder out) {
        for (int i = 0; i < lines.size(); i += 2) {
            out.append(lines.get(i)).append(": ").append(lines.get(i + 1)).append("\r\n");
        }
    }

    private static boolean breaks(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ') {
                return true;
            }
        }
        return false;
    }
}
