package io.lightvisor.engine.instance;

import io.lightvisor.model.DeviceMap;
import java.util.Map;
import java.util.TreeMap;

/// Keys that the server writes into an instance's configuration.
public final class Volatile {
    /// `RUNNING` or `STOPPED`: what a restart of the host restores.
    public static final String POWER = "volatile.last_state.power";
    /// `true` once the guest has said that it is ready.
    public static final String READY = "volatile.last_state.ready";
    /// `pending` while it waits to be started again by `boot.restart.policy`.
    public static final String RESTART = "volatile.lightvisor.restart";
    /// The id map on disk; always `[]` because roots are never shifted.
    public static final String LAST_IDMAP = "volatile.last_state.idmap";
    /// The id map of the next start, as JSON.
    public static final String NEXT_IDMAP = "volatile.idmap.next";
    /// The id map of the running container, as JSON.
    public static final String CURRENT_IDMAP = "volatile.idmap.current";
    /// The first host id of the next start, counted from the range's first.
    public static final String IDMAP_BASE = "volatile.idmap.base";
    /// The fingerprint of the image it was made of.
    public static final String BASE_IMAGE = "volatile.base_image";
    /// A stable id that outlives renames.
    public static final String UUID = "volatile.uuid";
    /// Changes when cloud-init shall run again.
    public static final String INSTANCE_ID = "volatile.cloud-init.instance-id";
    /// The trigger of the templates to render at the next start: `create` or `copy`.
    public static final String APPLY_TEMPLATE = "volatile.apply_template";

    /// There while the root of a new instance is made: a daemon that finds it at its start removes what
    /// never was
    /// whole.
    public static final String CREATING = "volatile.lightvisor.creating";

    /// There while a snapshot is restored; its name. A daemon that finds it at its start finishes that.
    public static final String RESTORING = "volatile.lightvisor.restoring";

    /// There while the instance is renamed; the new name. A daemon that finds it at its start takes that
    /// back.
    public static final String RENAMING = "volatile.lightvisor.renaming";

    /// There while the root moves to another pool; that pool's name. A daemon that finds it at its start
    /// takes that back.
    public static final String MOVING = "volatile.lightvisor.moving";

    private Volatile() {}

    /// A key of a device: `volatile.eth0.hwaddr`.
    public static String device(String device, String key) {
        return "volatile." + device + "." + key;
    }

    /// The keys of devices that are no more, or have become something else, with empty values: what was
    /// chosen for them is forgotten.
    static Map<String, String> ofGoneDevices(Map<String, String> config, DeviceMap before, DeviceMap after) {
        var gone = new TreeMap<String, String>();
        before.byName().forEach((device, was) -> {
            var now = after.byName().get(device);
            boolean same = now != null && kind(was).equals(kind(now));
            if (!same) {
                for (String key : config.keySet()) {
                    if (key.startsWith("volatile." + device + ".")) {
                        gone.put(key, "");
                    }
                }
            }
        });
        return gone;
    }

    private static String kind(Map<String, String> options) {
        boolean managed = !options.getOrDefault("network", "").isEmpty();
        return options.getOrDefault("type", "") + "/" + (managed ? "bridged" : options.getOrDefault("nictype", ""));
    }
}
