package io.lightvisor.model.device;

import io.lightvisor.model.Booleans;
import java.util.Map;
import java.util.Optional;

/// A character or block device of the host.
///
/// @param block    whether it is a block device
/// @param source   the node of the host
/// @param path     where it appears inside
/// @param required whether the instance must not start without it
public record UnixDevice(
        String name, Map<String, String> options, boolean block, Optional<String> source, String path, boolean required)
        implements Device {
    public UnixDevice {
        options = Map.copyOf(options);
    }

    @Override
    public String missing() {
        return "devices of type " + type() + " are not offered by this version";
    }

    static UnixDevice of(String name, Map<String, String> options) {
        DeviceOptions.check(DeviceOptions.UNIX, options);
        String source = options.getOrDefault("source", "");
        String path = options.getOrDefault("path", "");
        if (source.isEmpty() && path.isEmpty()) {
            throw new InvalidDevice("Unix device entry is missing the required \"source\" or \"path\" property");
        }
        return new UnixDevice(
                name,
                options,
                "unix-block".equals(options.get("type")),
                source.isEmpty() ? Optional.empty() : Optional.of(source),
                path.isEmpty() ? source : path,
                Booleans.parse(options.getOrDefault("required", "true")));
    }
}
