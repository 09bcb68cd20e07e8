package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A storage pool. `status` is `Pending`, `Created`, `Errored`, `Unavailable` or `Unknown`.
@Json(naming = Json.Naming.LowerUnderscore)
public record StoragePool(
        Map<String, String> config,
        String description,
        String name,
        String driver,
        List<String> usedBy,
        String status,
        @Nullable List<String> locations) {
    public StoragePool {
        if (config == null) {
            config = Map.of();
        }
    }
}
