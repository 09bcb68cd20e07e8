package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An image. `type` is `container` or `virtual-machine`; times that are not set are 1970; `size` is bytes; `cached`
/// means fetched for an instance and
/// dropped when unused; `updateSource` is left out if there is none.
@Json(naming = Json.Naming.LowerUnderscore)
public record Image(
        boolean autoUpdate,
        Map<String, String> properties,
        @Json.Property("public") boolean isPublic,
        @Nullable Instant expiresAt,
        List<String> profiles,
        List<ImageAlias> aliases,
        String architecture,
        boolean cached,
        String filename,
        String fingerprint,
        long size,
        @Nullable ImageUpdateSource updateSource,
        String type,
        @Nullable Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant uploadedAt) {
    public Image {
        if (properties == null) {
            properties = Map.of();
        }
    }
}
