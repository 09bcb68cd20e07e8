package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `images` where it is JSON. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImagesPost(
        @Nullable Boolean autoUpdate,
        @Nullable Map<String, String> properties,
        @Json.Property("public") @Nullable Boolean isPublic,
        @Nullable Instant expiresAt,
        @Nullable List<String> profiles,
        @Nullable String filename,
        @Nullable ImagesPostSource source,
        @Nullable String compressionAlgorithm,
        @Nullable List<ImageAlias> aliases) {}
