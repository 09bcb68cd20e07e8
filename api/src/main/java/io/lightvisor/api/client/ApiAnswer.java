package io.lightvisor.api.client;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A good answer: `envelope` whole, and the headers (`ETag`, `Location`).
public record ApiAnswer(JsonObject envelope, HttpHeaders headers) {
    /// The metadata, of whatever shape.
    public @Nullable Object metadata() {
        return envelope.get("metadata");
    }

    /// The metadata as an object.
    public JsonObject object() {
        return envelope.object("metadata");
    }

    /// The metadata as a list of objects.
    public List<JsonObject> objects() {
        return envelope.objects("metadata");
    }

    /// Whether work began that is not done: then [#operation] is its URL.
    public boolean isAsync() {
        return envelope.text("type").equals("async");
    }

    /// The URL of the operation (`/1.0/operations/<uuid>`); empty if sync.
    public String operation() {
        return envelope.text("operation");
    }

    /// The entity tag without its quotes.
    public String etag() {
        String tag = headers.get("ETag");
        return tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }
}
