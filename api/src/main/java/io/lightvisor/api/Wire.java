package io.lightvisor.api;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/// Turns the records of this package into JSON and back.
///
///     byte[] body = Wire.bytes(profile);
///     ProfilePut put = Wire.read(ProfilePut.class, body);
///
/// Reading refuses (as [WireException]) what is not JSON, what has another type than the record says, and nesting
/// deeper
/// than [#MAX_DEPTH]: the readers behind it recurse, and a request must never end a thread by its shape.
public final class Wire {
    /// Deeper than anything LXD sends; free-form metadata included.
    public static final int MAX_DEPTH = 64;

    private static final Jsonb JSONB = build();

    private Wire() {}

    private static Jsonb build() {
        return Jsonb.builder()
                .serializeNulls(true)
                .serializeEmpty(true)
                .failOnUnknown(false)
                .add(String.class, new LeaveOutNull<>(new WireAdapters.Text()))
                .add(Long.class, new LeaveOutNull<>(new WireAdapters.BoxedLong()))
                .add(Integer.class, new LeaveOutNull<>(new WireAdapters.BoxedInteger()))
                .add(Boolean.class, new LeaveOutNull<>(new WireAdapters.BoxedBoolean()))
                .add(Instant.class, new WireAdapters.Time())
                .add(ImageUpdateSource.class, new LeaveOutNull<>(new ImageUpdateSourceAdapter()))
                .build();
    }

    /// The reader and writer of one record type; `type(X.class).list()` is that of a list of it.
    public static <T> JsonType<T> type(Class<T> record) {
        return JSONB.type(record);
    }

    /// The value as JSON. It may be a record of this package, or a `Map`, `List`, `String`, number or boolean of such.
    public static byte[] bytes(Object value) {
        return JSONB.toJsonBytes(value);
    }

    /// As [#bytes], written to a stream that stays open.
    public static void write(Object value, OutputStream out) {
        JSONB.toJson(value, out);
    }

    /// Reads one record. Throws [WireException] if the text is no JSON, or does not fit.
    public static <T> T read(Class<T> record, byte[] json) {
        checkDepth(json);
        try {
            T value = JSONB.type(record).fromJson(json);
            if (value == null) {
                throw new WireException("the body is null, an object is due", null);
            }
            return value;
        } catch (JsonException | IllegalArgumentException | ClassCastException | NullPointerException failure) {
            throw new WireException(String.valueOf(failure.getMessage()), failure);
        }
    }

    /// Reads a list of records. Throws [WireException] as [#read] does.
    public static <T> List<T> readList(Class<T> record, byte[] json) {
        checkDepth(json);
        try {
            List<T> value = JSONB.type(record).list().fromJson(json);
            return value == null ? List.of() : value;
        } catch (JsonException | IllegalArgumentException | ClassCastException | NullPointerException failure) {
            throw new WireException(String.valueOf(failure.getMessage()), failure);
        }
    }

    /// Throws [WireException] if brackets outside strings nest deeper than [#MAX_DEPTH].
    static void checkDepth(byte[] json) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                if (++depth > MAX_DEPTH) {
                    throw new WireException("JSON nested deeper than " + MAX_DEPTH, null);
                }
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
    }
}
