package io.lightvisor.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object whose shape is not known beforehand, or where keys that we do not know must survive (`edit`). Keys
/// keep
/// their order. Reading never fails: what is absent or of another type is empty, zero or false.
public final class JsonObject {
    private final LinkedHashMap<String, @Nullable Object> values = new LinkedHashMap<>();

    /// An empty object.
    public JsonObject() {}

    /// Puts a value: null, `String`, `Long`, `Integer`, `Double`, `Boolean`, a `JsonObject`, `Map` or `List` of those.
    public JsonObject put(String key, @Nullable Object value) {
        values.put(key, value);
        return this;
    }

    /// Puts the value unless it is empty, as most optional keys of LXD are left out.
    public JsonObject putText(String key, String value) {
        if (!value.isEmpty()) {
            values.put(key, value);
        }
        return this;
    }

    /// Takes a key out.
    public JsonObject remove(String key) {
        values.remove(key);
        return this;
    }

    /// The value as it is; null if absent.
    public @Nullable Object get(String key) {
        return values.get(key);
    }

    /// Whether the key is there, with whatever value.
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /// The keys, in order.
    public List<String> keys() {
        return new ArrayList<>(values.keySet());
    }

    /// All keys and values; changes write through.
    public Map<String, @Nullable Object> map() {
        return values;
    }

    /// Whether there is nothing in it.
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /// A string, or a number or boolean as one; empty if absent.
    public String text(String key) {
        Object value = values.get(key);
        return value == null || value instanceof JsonObject || value instanceof List ? "" : value.toString();
    }

    /// A whole number; 0 if absent.
    public long number(String key) {
        return values.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /// A boolean; false if absent.
    public boolean flag(String key) {
        return Boolean.TRUE.equals(values.get(key));
    }

    /// An object; a new empty one (not put in) if absent.
    public JsonObject object(String key) {
        return values.get(key) instanceof JsonObject object ? object : new JsonObject();
    }

    /// A list of anything; empty if absent.
    public List<@Nullable Object> list(String key) {
        return asList(values.get(key));
    }

    /// The objects of a list.
    public List<JsonObject> objects(String key) {
        return objectsOf(values.get(key));
    }

    /// The strings of a list.
    public List<String> texts(String key) {
        ArrayList<String> found = new ArrayList<>();
        for (Object value : asList(values.get(key))) {
            if (value instanceof String text) {
                found.add(text);
            }
        }
        return found;
    }

    /// The objects of a value that should be a list of them.
    public static List<JsonObject> objectsOf(@Nullable Object value) {
        ArrayList<JsonObject> found = new ArrayList<>();
        for (Object each : asList(value)) {
            if (each instanceof JsonObject object) {
                found.add(object);
            }
        }
        return found;
    }

    @SuppressWarnings("unchecked") // whatever is in it, it is some object or null
    private static List<@Nullable Object> asList(@Nullable Object value) {
        return value instanceof List<?> list ? (List<@Nullable Object>) list : List.of();
    }

    /// The object as JSON on one line.
    @Override
    public String toString() {
        return JsonTree.text(this);
    }
}
