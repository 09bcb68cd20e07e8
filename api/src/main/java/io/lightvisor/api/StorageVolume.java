package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A volume in a pool. `type` is `container`, `virtual-machine`, `image` or `custom`; `contentType` `filesystem`,
/// `block` or `iso`.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageVolume(
        Map<String, String> config,
        String description,
        String name,
        String type,
        List<String> usedBy,
        String location,
        String contentType,
        String project,
        @Nullable Instant createdAt) {
    public StorageVolume {
        if (config == null) {
            config = Map.of();
        }
    }
}
