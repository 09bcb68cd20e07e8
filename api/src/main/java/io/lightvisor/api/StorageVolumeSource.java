package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a new volume comes from: `type` empty (nothing), `copy` or `migration`.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageVolumeSource(
        @Nullable String name,
        @Nullable String type,
        @Nullable String pool,
        @Nullable String certificate,
        @Nullable String mode,
        @Nullable String operation,
        @Nullable Map<String, String> secrets,
        @Nullable Boolean volumeOnly,
        @Nullable Boolean refresh,
        @Nullable String project) {}
