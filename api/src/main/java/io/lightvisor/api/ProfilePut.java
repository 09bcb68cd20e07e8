package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `profiles/{name}`. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record ProfilePut(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable Map<String, Map<String, String>> devices) {}
