package io.lightvisor.store;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import java.util.function.Function;

/// Writes a typed name as the plain text that it is.
final class RowText<T> implements JsonAdapter<T> {
    private final Function<String, T> parse;
    private final Function<T, String> print;

    RowText(Function<String, T> parse, Function<T, String> print) {
        this.parse = parse;
        this.print = print;
    }

    @Override
    public void toJson(JsonWriter writer, T value) {
        writer.value(print.apply(value));
    }

    @Override
    public T fromJson(JsonReader reader) {
        return parse.apply(reader.readString());
    }
}
