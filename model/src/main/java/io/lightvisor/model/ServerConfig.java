package io.lightvisor.model;

import java.util.Map;

/// The server's own keys as recorded.
public record ServerConfig(Map<String, String> config) {
    public ServerConfig {
        config = Instance.sorted(config);
    }

    /// A key, or `otherwise`.
    public String get(String key, String otherwise) {
        return config.getOrDefault(key, otherwise);
    }
}
