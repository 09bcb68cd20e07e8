package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `storage-pools`.
@Json(naming = Json.Naming.LowerUnderscore)
public record StoragePoolsPost(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable String name,
        @Nullable String driver) {}
