package io.lightvisor.model.device;

import io.lightvisor.model.Booleans;
import java.util.Map;
import java.util.Optional;

/// A character or block device of the host.
///
/// @param block    whether it is a block device
/// @param source   the node of the host
/// @param path     where it appears inside
/// @param major    its number, if it need not be a node of the host; -1 for that of the node
/// @param minor    as `major`
/// @param owner    who owns it inside
/// @param required whether the instance must not start without it
public record UnixDevice(
        String name,
        Map<String, String> options,
        boolean block,
        Optional<String> source,
        String path,
        int major,
        int minor,
        NodeOwner owner,
        boolean required)
        implements Device {
    public UnixDevice {
        options = Map.copyOf(options);
    }

    /// Where the node is on the host.
    public String hostPath() {
        return source.orElse(path);
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
                number(options, "major"),
                number(options, "minor"),
                NodeOwner.of(options),
                required(options));
    }

    private static boolean required(Map<String, String> options) {
        String required = options.getOrDefault("required", "");
        return required.isEmpty() || Booleans.parse(required);
    }

    private static int number(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "");
        return value.isEmpty() ? -1 : (int) Long.parseLong(value);
    }
}
