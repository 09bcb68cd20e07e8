package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/// A profile: configuration and devices that instances share.
@Json(naming = Json.Naming.LowerUnderscore)
public record Profile(
        Map<String, String> config,
        String description,
        Map<String, Map<String, String>> devices,
        String name,
        List<String> usedBy) {
    public Profile {
        if (config == null) {
            config = Map.of();
        }
        if (devices == null) {
            devices = Map.of();
        }
    }
}
