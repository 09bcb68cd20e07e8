package io.lightvisor.daemon.endpoint;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads fields of a request's body, where everything may be missing.
final class Fields {
    private Fields() {}

    /// The text; empty if missing.
    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /// The text, or what was there before.
    static String text(@Nullable String value, String before) {
        return value == null ? before : value;
    }

    static boolean flag(@Nullable Boolean value) {
        return value != null && value;
    }

    /// The map; empty if missing. Entries that are null are left out.
    static Map<String, String> map(@Nullable Map<String, String> value) {
        var copy = new TreeMap<String, String>();
        if (value != null) {
            for (var entry : value.entrySet()) {
                if (entry.getValue() != null) {
                    copy.put(entry.getKey(), entry.getValue());
                }
            }
        }
        return copy;
    }

    /// The map laid over what was there before; an empty value takes a key out.
    static Map<String, String> patched(Map<String, String> before, @Nullable Map<String, String> value) {
        var merged = new TreeMap<>(before);
        map(value).forEach((k, v) -> {
            if (v.isEmpty()) {
                merged.remove(k);
            } else {
                merged.put(k, v);
            }
        });
        return merged;
    }

    /// The maps of devices; empty if missing.
    static Map<String, Map<String, String>> devices(@Nullable Map<String, Map<String, String>> value) {
        var copy = new TreeMap<String, Map<String, String>>();
        if (value != null) {
            for (var entry : value.entrySet()) {
                copy.put(entry.getKey(), map(entry.getValue()));
            }
        }
        return copy;
    }

    /// The devices laid over what was there before, device by device.
    static Map<String, Map<String, String>> patchedDevices(
            Map<String, Map<String, String>> before, @Nullable Map<String, Map<String, String>> value) {
        var merged = new TreeMap<>(before);
        merged.putAll(devices(value));
        return merged;
    }

    /// The list, each entry as a value; empty if missing.
    static <T> List<T> list(@Nullable List<String> value, Function<String, T> parse) {
        var parsed = new ArrayList<T>();
        if (value != null) {
            for (String each : value) {
                parsed.add(parse.apply(each));
            }
        }
        return parsed;
    }

    /// A name that must be given.
    static String required(@Nullable String value, String what) {
        if (value == null || value.isEmpty()) {
            throw Problem.badRequest(what).exception();
        }
        return value;
    }

    /// A name out of a path. What can be no name is nobody's name: `notFound`.
    static <T> T named(String text, Function<String, T> parse, String notFound) {
        try {
            return parse.apply(text);
        } catch (ProblemException e) {
            throw Problem.notFound(notFound).exception(e);
        }
    }
}
