package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.store.Kind;
import java.util.Map;
import java.util.TreeMap;

/// The volatile keys of devices go with their devices.
final class DeviceKeys {
    private DeviceKeys() {}

    /// Drops the keys of devices that an instance had and has no longer. Called when they are gone from the container:
    /// until then the keys say how to find them.
    static void forget(World world, ExpandedInstance before, ExpandedInstance after) {
        var keys = gone(before, after);
        if (!keys.isEmpty()) {
            world.store().decide(draft -> {
                draft.instance(after.instance().ref()).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys)));
                return true;
            });
        }
    }

    /// Keys to unset.
    static Map<String, String> gone(ExpandedInstance before, ExpandedInstance after) {
        var keys = new TreeMap<String, String>();
        for (var device : before.devices().byName().keySet()) {
            if (!after.devices().byName().containsKey(device)) {
                String prefix = "volatile." + device + ".";
                after.instance().config().keySet().stream()
                        .filter(key -> key.startsWith(prefix))
                        .forEach(key -> keys.put(key, ""));
            }
        }
        return keys;
    }
}
