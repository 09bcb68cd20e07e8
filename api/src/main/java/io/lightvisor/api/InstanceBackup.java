package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A backup of an instance.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceBackup(
        String name,
        @Nullable Instant createdAt,
        @Nullable Instant expiresAt,
        boolean instanceOnly,
        boolean containerOnly,
        boolean optimizedStorage) {}
