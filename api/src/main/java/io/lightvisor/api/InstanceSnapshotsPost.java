package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/snapshots`. No `name`: the server picks `snap0`, `snap1`, ... No `expiresAt`: as the
/// instance's `snapshots.expiry` says; the zero time `0001-01-01T00:00:00Z` means never, so this is text.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceSnapshotsPost(
        @Nullable String name,
        @Nullable Boolean stateful,
        @Nullable String expiresAt) {}
