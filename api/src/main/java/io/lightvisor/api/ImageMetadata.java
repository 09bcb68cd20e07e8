package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An image's `metadata.yaml` as JSON; times in seconds since 1970.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageMetadata(
        String architecture,
        long creationDate,
        long expiryDate,
        Map<String, String> properties,
        @Nullable Map<String, Template> templates) {
    public ImageMetadata {
        if (properties == null) {
            properties = Map.of();
        }
    }

    /// A file that is made from a template when `when` (`create`, `copy`, `start`, `rename`) happens.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Template(List<String> when, boolean createOnly, String template, Map<String, String> properties) {}
}
