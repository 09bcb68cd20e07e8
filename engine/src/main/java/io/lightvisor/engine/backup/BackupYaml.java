package io.lightvisor.engine.backup;

import io.lightvisor.engine.server.Pools;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Profile;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.store.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes `backup.yaml` and the index of a backup. Pure.
public final class BackupYaml {
    /// Go's zero time: never.
    static final String NEVER = "0001-01-01T00:00:00Z";

    private static final String LOCATION = "none";

    private BackupYaml() {}

    /// The file beside an instance.
    ///
    /// @param running as the record of it shall say; it is a fact of the moment
    public static byte[] file(Facts facts, Instance instance, boolean running) {
        return YamlOut.of(config(facts, instance, running, true));
    }

    /// The first file of a backup.
    ///
    /// @param withSnapshots whether they are in it
    public static byte[] index(Facts facts, Instance instance, boolean running, boolean withSnapshots) {
        var pool = pool(facts, instance);
        var index = new LinkedHashMap<String, Object>();
        index.put("name", instance.name().value());
        // What an overlay packs is what a plain folder unpacks; LXD knows no overlay.
        index.put("backend", "dir");
        index.put("pool", pool.name().value());
        if (withSnapshots) {
            var names = new ArrayList<String>();
            SnapshotYaml.of(facts, instance).forEach(each -> names.add(each.name()));
            if (!names.isEmpty()) {
                index.put("snapshots", names);
            }
        }
        index.put("optimized", false);
        index.put("optimized_header", false);
        index.put("type", "container");
        index.put("config", config(facts, instance, running, withSnapshots));
        return YamlOut.of(index);
    }

    private static Map<String, Object> config(Facts facts, Instance instance, boolean running, boolean withSnapshots) {
        var profiles = Profiles.of(facts, instance);
        var expanded = ExpandedInstance.of(instance, profiles);
        var pool = pool(facts, instance);
        var all = new LinkedHashMap<String, Object>();
        all.put("container", container(expanded, running));
        var snapshots = withSnapshots ? SnapshotYaml.of(facts, instance) : List.<SnapshotYaml>of();
        if (!snapshots.isEmpty()) {
            all.put("snapshots", snapshots.stream().map(SnapshotYaml::record).toList());
        }
        all.put("pool", pool(pool));
        all.put("profiles", profiles.stream().map(BackupYaml::profile).toList());
        all.put("volume", volume(facts, instance, pool));
        if (!snapshots.isEmpty()) {
            all.put(
                    "volume_snapshots",
                    snapshots.stream().map(SnapshotYaml::volume).toList());
        }
        return all;
    }

    private static StoragePool pool(Facts facts, Instance instance) {
        return Pools.ofRoot(facts, ExpandedInstance.of(instance, Profiles.of(facts, instance)));
    }

    private static Map<String, Object> container(ExpandedInstance expanded, boolean running) {
        var instance = expanded.instance();
        var map = new LinkedHashMap<String, Object>();
        map.put("architecture", instance.architecture().kernelName());
        map.put("config", kept(instance.config()));
        map.put("devices", devices(instance.devices().byName()));
        map.put("ephemeral", instance.ephemeral());
        map.put(
                "profiles",
                instance.profiles().stream().map(name -> name.value()).toList());
        map.put("stateful", instance.stateful());
        map.put("description", instance.description());
        map.put("created_at", time(instance.createdAt()));
        map.put("expanded_config", kept(expanded.config()));
        map.put("expanded_devices", devices(expanded.devices().byName()));
        map.put("name", instance.name().value());
        map.put("status", running ? "Running" : "Stopped");
        map.put("status_code", running ? 103 : 102);
        map.put("last_used_at", time(instance.lastUsedAt()));
        map.put("location", LOCATION);
        map.put("type", instance.type().wire());
        map.put("project", instance.project().value());
        return map;
    }

    /// Without the marks of work under way.
    static Map<String, Object> kept(Map<String, String> config) {
        var kept = new TreeMap<String, Object>(config);
        kept.keySet().removeIf(key -> key.startsWith("volatile.lightvisor."));
        return kept;
    }

    static Map<String, Object> devices(Map<String, Map<String, String>> devices) {
        var sorted = new TreeMap<String, Object>();
        devices.forEach((name, options) -> sorted.put(name, new TreeMap<>(options)));
        return sorted;
    }

    private static Map<String, Object> pool(StoragePool pool) {
        var map = new LinkedHashMap<String, Object>();
        map.put("config", new TreeMap<>(pool.config()));
        map.put("description", pool.description());
        map.put("name", pool.name().value());
        map.put("driver", pool.driver());
        map.put("used_by", List.of());
        map.put("status", "Created");
        map.put("locations", List.of(LOCATION));
        return map;
    }

    private static Map<String, Object> profile(Profile profile) {
        var map = new LinkedHashMap<String, Object>();
        map.put("config", new TreeMap<>(profile.config()));
        map.put("description", profile.description());
        map.put("devices", devices(profile.devices().byName()));
        map.put("name", profile.name().value());
        map.put("used_by", List.of());
        return map;
    }

    private static Map<String, Object> volume(Facts facts, Instance instance, StoragePool pool) {
        var recorded = facts.storageVolume(new StorageVolume.Ref(
                pool.name(),
                instance.project(),
                StorageVolume.Type.CONTAINER,
                instance.name().value()));
        var map = new LinkedHashMap<String, Object>();
        map.put("config", recorded.map(v -> new TreeMap<>(v.config())).orElseGet(TreeMap::new));
        map.put("description", recorded.map(StorageVolume::description).orElse(""));
        map.put("name", instance.name().value());
        map.put("type", "container");
        map.put("used_by", List.of());
        map.put("location", LOCATION);
        map.put("content_type", "filesystem");
        map.put("project", instance.project().value());
        map.put("created_at", recorded.map(v -> time(v.createdAt())).orElse(NEVER));
        return map;
    }

    static String time(Instant when) {
        return when.equals(Instant.EPOCH) ? NEVER : when.toString();
    }
}
