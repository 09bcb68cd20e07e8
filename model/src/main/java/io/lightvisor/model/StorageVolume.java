package io.lightvisor.model;

import java.time.Instant;
import java.util.Map;

/// A volume of a pool as recorded: the root of an instance, an image's unpacked content, or a custom volume.
///
/// @param name the instance's name, the image's fingerprint, or the custom volume's name
public record StorageVolume(
        PoolName pool,
        ProjectName project,
        Type type,
        String name,
        String description,
        Map<String, String> config,
        Instant createdAt) {
    public StorageVolume {
        config = Instance.sorted(config);
    }

    /// What a volume is for.
    public enum Type {
        CONTAINER("container"),
        VIRTUAL_MACHINE("virtual-machine"),
        IMAGE("image"),
        CUSTOM("custom");

        private final String wire;

        Type(String wire) {
            this.wire = wire;
        }

        /// The spelling of the API.
        public String wire() {
            return wire;
        }
    }

    /// A volume's name with pool, project and type.
    public record Ref(PoolName pool, ProjectName project, Type type, String name) {}

    /// Names this volume among all.
    public Ref ref() {
        return new Ref(pool, project, type, name);
    }
}
