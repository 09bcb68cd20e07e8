package io.lightvisor.daemon.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query of a URL, decoded. Of a name given twice the first counts, as LXD has it.
public final class Query {
    private static final Query NONE = new Query(Map.of());

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /// Parses `a=b&c=d`; null or empty is no query.
    public static Query parse(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return NONE;
        }
        var values = new HashMap<String, String>();
        int from = 0;
        while (from <= query.length()) {
            int and = query.indexOf('&', from);
            int to = and < 0 ? query.length() : and;
            if (to > from) {
                int equals = query.indexOf('=', from);
                boolean hasValue = equals >= 0 && equals < to;
                String name = Percent.decodeQuery(query.substring(from, hasValue ? equals : to));
                values.putIfAbsent(name, hasValue ? Percent.decodeQuery(query.substring(equals + 1, to)) : "");
            }
            from = to + 1;
        }
        return new Query(values);
    }

    /// A value; empty if absent.
    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    /// All names and values.
    public Map<String, String> all() {
        return Map.copyOf(values);
    }

    /// Whether the name is there, with whatever value.
    public boolean has(String name) {
        return values.containsKey(name);
    }
}
