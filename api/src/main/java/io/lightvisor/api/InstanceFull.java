package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An instance with its state, snapshots and backups: `recursion=2` of a list, `recursion=1` of one.
/// `state` must be there always: LXD's client reads it unchecked.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceFull(
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
        String project,
        @Nullable List<InstanceBackup> backups,
        InstanceState state,
        @Nullable List<InstanceSnapshot> snapshots) {
    public InstanceFull {
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
