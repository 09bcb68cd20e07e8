package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/backups`.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceBackupsPost(
        @Nullable String name,
        @Nullable Instant expiresAt,
        @Nullable Boolean instanceOnly,
        @Nullable Boolean containerOnly,
        @Nullable Boolean optimizedStorage,
        @Nullable String compressionAlgorithm) {}
