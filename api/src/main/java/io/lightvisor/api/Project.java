package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/// A project: a room of its own for instances and, by its features, for images, profiles, volumes and networks.
@Json(naming = Json.Naming.LowerUnderscore)
public record Project(Map<String, String> config, String description, String name, List<String> usedBy) {
    public Project {
        if (config == null) {
            config = Map.of();
        }
    }
}
