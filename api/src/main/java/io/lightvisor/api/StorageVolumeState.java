package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Bytes used by a volume; `usage` is null if not known.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageVolumeState(@Nullable Usage usage) {

    /// How much of how much, in bytes; `total` is 0 without a limit.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Usage(long used, long total) {}
}
