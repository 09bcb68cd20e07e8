package io.lightvisor.model;

import java.util.Map;

/// Keys and devices that instances share.
public record Profile(
        ProjectName project, ProfileName name, String description, Map<String, String> config, DeviceMap devices) {
    /// The profile that a new instance gets where none is named.
    public static final ProfileName DEFAULT = new ProfileName("default");

    public Profile {
        config = Instance.sorted(config);
    }

    /// A profile's name with its project.
    public record Ref(ProjectName project, ProfileName name) {}

    /// Names this profile among all.
    public Ref ref() {
        return new Ref(project, name);
    }
}
