package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `networks`; `type` absent is `bridge`.
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworksPost(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable String name,
        @Nullable String type) {}
