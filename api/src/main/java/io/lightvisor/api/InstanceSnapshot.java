package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A snapshot of an instance. `size` is bytes, -1 if not known; `expiresAt` null for never.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceSnapshot(
        @Nullable Instant expiresAt,
        String architecture,
        Map<String, String> config,
        @Nullable Instant createdAt,
        Map<String, Map<String, String>> devices,
        boolean ephemeral,
        Map<String, String> expandedConfig,
        Map<String, Map<String, String>> expandedDevices,
        @Nullable Instant lastUsedAt,
        String name,
        List<String> profiles,
        boolean stateful,
        long size) {
    public InstanceSnapshot {
        if (config == null) {
            config = Map.of();
        }
        if (devices == null) {
            devices = Map.of();
        }
        if (expandedConfig == null) {
            expandedConfig = Map.of();
        }
        if (expandedDevices == null) {
            expandedDevices = Map.of();
        }
    }
}
