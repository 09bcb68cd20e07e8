package io.lightvisor.api;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/// The JSON of [ImageUpdateSource].
final class ImageUpdateSourceAdapter implements JsonAdapter<ImageUpdateSource> {
    @Override
    public void toJson(JsonWriter writer, ImageUpdateSource source) {
        writer.beginObject();
        text(writer, "alias", source.alias());
        text(writer, "certificate", source.certificate());
        text(writer, "protocol", source.protocol());
        text(writer, "server", source.server());
        text(writer, "image_type", source.imageType());
        writer.endObject();
    }

    private static void text(JsonWriter writer, String key, @Nullable String value) {
        writer.name(key);
        writer.value(value == null ? "" : value);
    }

    @Override
    public ImageUpdateSource fromJson(JsonReader reader) {
        String alias = null;
        String certificate = null;
        String protocol = null;
        String server = null;
        String imageType = null;
        reader.beginObject();
        while (reader.hasNextField()) {
            String key = reader.nextField();
            switch (key) {
                case "alias" -> alias = reader.readString();
                case "certificate" -> certificate = reader.readString();
                case "protocol" -> protocol = reader.readString();
                case "server" -> server = reader.readString();
                case "image_type" -> imageType = reader.readString();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        return new ImageUpdateSource(alias, certificate, protocol, server, imageType);
    }
}
