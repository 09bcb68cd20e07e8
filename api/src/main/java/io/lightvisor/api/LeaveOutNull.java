package io.lightvisor.api;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/// Leaves key and value out where the value is null, though the writer is set to write nulls (LXD does both:
/// `"backups":null`,
/// but no `"update_source"` at all).
final class LeaveOutNull<T> implements JsonAdapter<@Nullable T> {
    private final JsonAdapter<T> some;

    LeaveOutNull(JsonAdapter<T> some) {
        this.some = some;
    }

    @Override
    public void toJson(JsonWriter writer, @Nullable T value) {
        if (value != null) {
            some.toJson(writer, value);
            return;
        }
        boolean nulls = writer.serializeNulls();
        writer.serializeNulls(false);
        writer.nullValue();
        writer.serializeNulls(nulls);
    }

    @Override
    public @Nullable T fromJson(JsonReader reader) {
        return reader.isNullValue() ? null : some.fromJson(reader);
    }
}
