package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `images/{fingerprint}`. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImagePut(
        @Nullable Boolean autoUpdate,
        @Nullable Map<String, String> properties,
        @Json.Property("public") @Nullable Boolean isPublic,
        @Nullable Instant expiresAt,
        @Nullable List<String> profiles) {}
