package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An instance as it is listed: its own configuration, and the same expanded by its profiles.
/// `type` is `container` or `virtual-machine`; `status` and `statusCode` are of [StatusCode]; `location` is `none` on a
/// lone server;
/// `lastUsedAt` of one that never ran is 1970.
@Json(naming = Json.Naming.LowerUnderscore)
public record Instance(
        String architecture,
        Map<String, String> config,
        Map<String, Map<String, String>> devices,
        boolean ephemeral,
        List<String> profiles,
        boolean stateful,
        String description,
        @Nullable Instant createdAt,
        Map<String, String> expandedConfig,
        Map<String, Map<String, String>> expandedDevices,
        String name,
        String status,
        int statusCode,
        @Nullable Instant lastUsedAt,
        String location,
        String type,
        String project) {
    public Instance {
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
