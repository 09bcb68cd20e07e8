package io.lightvisor.engine.backup;

import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.ProfileName;
import io.lightvisor.store.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A snapshot in the words of `backup.yaml`.
///
/// @param record among `snapshots`
/// @param volume among `volume_snapshots`
record SnapshotYaml(String name, Map<String, Object> record, Map<String, Object> volume) {
    /// Those of an instance, the oldest first.
    static List<SnapshotYaml> of(Facts facts, Instance instance) {
        var all = new ArrayList<>(facts.snapshots(instance.ref()));
        all.sort(Comparator.comparing(InstanceSnapshot::createdAt));
        return all.stream().map(each -> of(facts, each)).toList();
    }

    private static SnapshotYaml of(Facts facts, InstanceSnapshot snapshot) {
        var instance = snapshot.instance();
        var expanded = expanded(facts, instance);
        var map = new LinkedHashMap<String, Object>();
        map.put("expires_at", BackupYaml.time(snapshot.expiresAt()));
        map.put("architecture", instance.architecture().kernelName());
        map.put("config", BackupYaml.kept(instance.config()));
        map.put("created_at", BackupYaml.time(snapshot.createdAt()));
        map.put("devices", BackupYaml.devices(instance.devices().byName()));
        map.put("ephemeral", instance.ephemeral());
        map.put("expanded_config", BackupYaml.kept(expanded.config()));
        map.put("expanded_devices", BackupYaml.devices(expanded.devices().byName()));
        map.put("last_used_at", BackupYaml.time(instance.lastUsedAt()));
        map.put("name", snapshot.name().value());
        map.put("profiles", instance.profiles().stream().map(ProfileName::value).toList());
        map.put("stateful", false);
        map.put("size", -1);
        var volume = new LinkedHashMap<String, Object>();
        volume.put("description", "");
        volume.put("expires_at", BackupYaml.NEVER);
        volume.put("name", snapshot.name().value());
        volume.put("config", Map.of());
        volume.put("content_type", "filesystem");
        volume.put("created_at", BackupYaml.time(snapshot.createdAt()));
        return new SnapshotYaml(snapshot.name().value(), map, volume);
    }

    /// Profiles may have gone since.
    private static ExpandedInstance expanded(Facts facts, Instance instance) {
        var there = new ArrayList<ProfileName>();
        for (var name : instance.profiles()) {
            if (facts.profile(new io.lightvisor.model.Profile.Ref(instance.project(), name))
                    .isPresent()) {
                there.add(name);
            }
        }
        return ExpandedInstance.of(instance, Profiles.of(facts, instance.withProfiles(there)));
    }
}
