package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `projects`.
@Json(naming = Json.Naming.LowerUnderscore)
public record ProjectsPost(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable String name) {}
