package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When cloud-init inside must take the instance for a new one: it runs its modules once per instance id,
/// so new data under an old id would never be looked at. As LXD does it: another name, other data, or
/// other names of NICs (they stand in the network configuration). Pure.
final class CloudInitIdentity {
    private static final List<String> DATA = List.of(
            "cloud-init.network-config",
            "cloud-init.user-data",
            "cloud-init.vendor-data",
            "user.network-config",
            "user.user-data",
            "user.vendor-data");

    private CloudInitIdentity() {}

    /// The keys to write with a change: a new id, or nothing.
    static Map<String, String> renewed(ExpandedInstance before, ExpandedInstance after, RandomGenerator random) {
        return differ(before, after) ? Map.of(Volatile.INSTANCE_ID, InstancePlanner.uuid(random)) : Map.of();
    }

    static boolean differ(ExpandedInstance before, ExpandedInstance after) {
        if (!before.instance().name().equals(after.instance().name())) {
            return true;
        }
        for (var key : DATA) {
            if (!before.config(key, "").equals(after.config(key, ""))) {
                return true;
            }
        }
        return !nicNames(before).equals(nicNames(after));
    }

    private static Map<String, String> nicNames(ExpandedInstance expanded) {
        var names = new TreeMap<String, String>();
        expanded.devices().byName().forEach((device, options) -> {
            if ("nic".equals(options.get("type"))) {
                @Nullable String name = options.get("name");
                names.put(device, Objects.requireNonNullElse(name, ""));
            }
        });
        return names;
    }
}
