package io.lightvisor.model;

import java.util.Map;

/// A name space of instances, and by its `features.*` keys of images, profiles and volumes.
public record Project(ProjectName name, String description, Map<String, String> config) {
    /// The project that always exists.
    public static final ProjectName DEFAULT = new ProjectName("default");

    public Project {
        config = Instance.sorted(config);
    }

    /// Whether the project keeps its own objects of a kind (`features.images`, ...) instead of sharing the default
    /// project's.
    public boolean has(String feature) {
        return Booleans.parse(config.getOrDefault(feature, "false"));
    }
}
