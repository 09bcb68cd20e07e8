package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH of a snapshot.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceSnapshotPut(@Nullable Instant expiresAt) {}
