package io.lightvisor.api;

import io.avaje.jsonb.Json;

/// Space (bytes) and inodes of a pool.
@Json(naming = Json.Naming.LowerUnderscore)
public record StoragePoolResources(Usage space, Usage inodes) {

    /// How much of how much.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Usage(long used, long total) {}
}
