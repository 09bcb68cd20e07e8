package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `networks/{name}`. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkPut(
        @Nullable Map<String, String> config, @Nullable String description) {}
