package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a pushed migration goes.
@Json(naming = Json.Naming.LowerUnderscore)
public record MigrationTarget(
        @Nullable String certificate,
        @Nullable String operation,
        @Nullable Map<String, String> secrets) {}
