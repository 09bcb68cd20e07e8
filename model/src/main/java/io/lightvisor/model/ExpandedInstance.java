package io.lightvisor.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An instance with its profiles merged in, in their order, the instance's own keys and devices last: what really
/// holds.
public record ExpandedInstance(Instance instance, Map<String, String> config, DeviceMap devices) {
    public ExpandedInstance {
        config = Instance.sorted(config);
    }

    /// Merges.
    public static ExpandedInstance of(Instance instance, List<Profile> profiles) {
        var config = new TreeMap<String, String>();
        var devices = DeviceMap.NONE;
        for (var profile : profiles) {
            config.putAll(profile.config());
            devices = devices.overlaidBy(profile.devices());
        }
        config.putAll(instance.config());
        return new ExpandedInstance(instance, config, devices.overlaidBy(instance.devices()));
    }

    /// A key, or `otherwise`.
    public String config(String key, String otherwise) {
        return config.getOrDefault(key, otherwise);
    }

    /// A key, or null.
    public @Nullable String config(String key) {
        return config.get(key);
    }

    /// A key that is a boolean by its schema; unset is `otherwise`.
    public boolean flag(String key, boolean otherwise) {
        String value = config.get(key);
        return value == null ? otherwise : Booleans.parse(value);
    }
}
