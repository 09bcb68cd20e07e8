package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `profiles`.
@Json(naming = Json.Naming.LowerUnderscore)
public record ProfilesPost(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable Map<String, Map<String, String>> devices,
        @Nullable String name) {}
