package io.lightvisor.model.config;

import java.util.Map;

/// Keys and their rules.
@FunctionalInterface
public interface Schema {
    /// Refuses unknown keys and bad values.
    void validate(Map<String, String> config);
}
