package io.lightvisor.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Devices as a user writes them: name to options, each with a `type`. Immutable and ordered by name.
public record DeviceMap(Map<String, Map<String, String>> byName) {
    /// No devices.
    public static final DeviceMap NONE = new DeviceMap(Map.of());

    public DeviceMap {
        var copy = new TreeMap<String, Map<String, String>>();
        byName.forEach((name, options) -> copy.put(name, Collections.unmodifiableMap(new TreeMap<>(options))));
        byName = Collections.unmodifiableMap(copy);
    }

    /// These devices with those of `over` laid over them, whole entry by whole entry.
    public DeviceMap overlaidBy(DeviceMap over) {
        if (over.byName.isEmpty()) {
            return this;
        }
        var merged = new LinkedHashMap<>(byName);
        merged.putAll(over.byName);
        return new DeviceMap(merged);
    }
}
