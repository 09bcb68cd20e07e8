package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH of a volume. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageVolumePut(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable String restore) {}
