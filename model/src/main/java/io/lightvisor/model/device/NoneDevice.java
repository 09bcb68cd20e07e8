package io.lightvisor.model.device;

import java.util.Map;

/// Nothing: hides a device of the same name in a profile.
public record NoneDevice(String name, Map<String, String> options) implements Device {
    public NoneDevice {
        options = Map.copyOf(options);
    }

    static NoneDevice of(String name, Map<String, String> options) {
        DeviceOptions.check(DeviceOptions.NONE, options);
        return new NoneDevice(name, options);
    }
}
