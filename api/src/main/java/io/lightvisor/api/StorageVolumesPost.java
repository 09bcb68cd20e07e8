package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `storage-pools/{name}/volumes`. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageVolumesPost(
        @Nullable Map<String, String> config,
        @Nullable String description,
        @Nullable String restore,
        @Nullable String name,
        @Nullable String type,
        @Nullable StorageVolumeSource source,
        @Nullable String contentType) {}
