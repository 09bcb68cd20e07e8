package io.lightvisor.api;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// How single values stand in JSON.
final class WireAdapters {
    private WireAdapters() {}

    /// Text.
    static final class Text implements JsonAdapter<String> {
        @Override
        public void toJson(JsonWriter writer, String value) {
            writer.value(value);
        }

        @Override
        public String fromJson(JsonReader reader) {
            return reader.readString();
        }
    }

    /// A number that may be absent.
    static final class BoxedLong implements JsonAdapter<Long> {
        @Override
        public void toJson(JsonWriter writer, Long value) {
            writer.value(value.longValue());
        }

        @Override
        public Long fromJson(JsonReader reader) {
            return reader.readLong();
        }
    }

    /// A small number that may be absent.
    static final class BoxedInteger implements JsonAdapter<Integer> {
        @Override
        public void toJson(JsonWriter writer, Integer value) {
            writer.value(value.intValue());
        }

        @Override
        public Integer fromJson(JsonReader reader) {
            return reader.readInt();
        }
    }

    /// A switch that may be absent.
    static final class BoxedBoolean implements JsonAdapter<Boolean> {
        @Override
        public void toJson(JsonWriter writer, Boolean value) {
            writer.value(value.booleanValue());
        }

        @Override
        public Boolean fromJson(JsonReader reader) {
            return reader.readBoolean();
        }
    }

    /// A time, RFC 3339; null is Go's zero time, and so is the empty string on reading (clients send it).
    static final class Time implements JsonAdapter<@Nullable Instant> {
        private static final String ZERO = "0001-01-01T00:00:00Z";

        @Override
        public void toJson(JsonWriter writer, @Nullable Instant value) {
            writer.value(value == null ? ZERO : text(value));
        }

        /// Without zeros at the end of the fraction, as Go writes times: a client that reads and writes them again, as
        /// Debian's does, then prints what we print. [Instant] itself writes three, six or nine digits.
        private static String text(Instant value) {
            String text = value.toString();
            int end = text.length() - 1;
            if (text.charAt(end - 1) != '0' || text.indexOf('.') < 0) {
                return text;
            }
            while (text.charAt(end - 1) == '0') {
                end--;
            }
            return text.substring(0, end) + "Z";
        }

        @Override
        public @Nullable Instant fromJson(JsonReader reader) {
            if (reader.isNullValue()) {
                return null;
            }
            String text = reader.readString();
            if (text == null || text.isEmpty() || text.equals(ZERO)) {
                return null;
            }
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException failure) {
                throw new WireException("\"" + text + "\" is no time as RFC 3339 has it", failure);
            }
        }
    }
}
