package io.lightvisor.model;

import java.util.Map;

/// A storage pool as recorded.
///
/// @param driver `dir` or `overlay`
public record StoragePool(PoolName name, String driver, String description, Map<String, String> config) {
    public StoragePool {
        config = Instance.sorted(config);
    }
}
