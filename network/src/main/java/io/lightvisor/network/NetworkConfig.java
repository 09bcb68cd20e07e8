package io.lightvisor.network;

import io.lightvisor.model.Booleans;
import java.util.Map;
import java.util.Optional;

/// A network's keys as read: an empty value is the same as none.
final class NetworkConfig {
    private final Map<String, String> keys;

    NetworkConfig(Map<String, String> keys) {
        this.keys = keys;
    }

    Optional<String> find(String key) {
        return Optional.ofNullable(keys.get(key)).filter(v -> !v.isEmpty());
    }

    String text(String key, String otherwise) {
        return find(key).orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return find(key).map(Booleans::parse).orElse(otherwise);
    }

    boolean has(String key) {
        return find(key).isPresent();
    }
}
