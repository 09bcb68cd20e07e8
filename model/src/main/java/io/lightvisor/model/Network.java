package io.lightvisor.model;

import java.util.Map;

/// A managed network as recorded.
///
/// @param type `bridge` (others come later)
public record Network(
        ProjectName project, NetworkName name, String type, String description, Map<String, String> config) {
    public Network {
        config = Instance.sorted(config);
    }

    /// A network's name with its project.
    public record Ref(ProjectName project, NetworkName name) {}

    /// Names this network among all.
    public Ref ref() {
        return new Ref(project, name);
    }
}
