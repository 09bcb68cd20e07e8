package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/snapshots`. No `name`: the server picks `snap0`, `snap1`, ...
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceSnapshotsPost(
        @Nullable String name,
        @Nullable Boolean stateful,
        @Nullable Instant expiresAt) {}
