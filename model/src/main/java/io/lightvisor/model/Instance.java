package io.lightvisor.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One container (later: or virtual machine) as recorded: what the user set, and what the server derived in
/// `volatile.*` keys. Whether it runs is
/// not here; the kernel knows.
///
/// @param id            grows by creation, never used again; names run folders and cgroups
/// @param config        the instance's own keys, `volatile.*` included; profiles are not merged in
/// @param devices       the instance's own devices
/// @param profiles      in order of application
/// @param createdAt     when the record was made
/// @param lastUsedAt    last start, or [Instant#EPOCH] for never
public record Instance(
        long id,
        ProjectName project,
        InstanceName name,
        InstanceType type,
        Architecture architecture,
        Map<String, String> config,
        DeviceMap devices,
        List<ProfileName> profiles,
        boolean ephemeral,
        boolean stateful,
        String description,
        Instant createdAt,
        Instant lastUsedAt) {

    public Instance {
        config = sorted(config);
        profiles = List.copyOf(profiles);
    }

    static Map<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /// Names this instance among all of a host.
    public Ref ref() {
        return new Ref(project, name);
    }

    /// This instance with other keys.
    public Instance withConfig(Map<String, String> config) {
        return new Instance(
                id,
                project,
                name,
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                stateful,
                description,
                createdAt,
                lastUsedAt);
    }

    /// This instance with some keys set, or removed where the value is empty.
    public Instance withKeys(Map<String, String> changes) {
        var merged = new TreeMap<>(config);
        changes.forEach((k, v) -> {
            if (v.isEmpty()) {
                merged.remove(k);
            } else {
                merged.put(k, v);
            }
        });
        return withConfig(merged);
    }

    /// This instance with other devices.
    public Instance withDevices(DeviceMap devices) {
        return new Instance(
                id,
                project,
                name,
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                stateful,
                description,
                createdAt,
                lastUsedAt);
    }

    /// This instance with other profiles.
    public Instance withProfiles(List<ProfileName> profiles) {
        return new Instance(
                id,
                project,
                name,
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                stateful,
                description,
                createdAt,
                lastUsedAt);
    }

    /// This instance by another name.
    public Instance withName(InstanceName name) {
        return new Instance(
                id,
                project,
                name,
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                stateful,
                description,
                createdAt,
                lastUsedAt);
    }

    /// This instance, used at `when`.
    public Instance withLastUsed(Instant when) {
        return new Instance(
                id,
                project,
                name,
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                stateful,
                description,
                createdAt,
                when);
    }

    /// A key of the instance itself, or `otherwise`.
    public String config(String key, String otherwise) {
        return config.getOrDefault(key, otherwise);
    }

    /// The folder and cgroup name of this instance: `c1`, or `project_c1` outside the default project.
    public String hostName() {
        return ref().hostName();
    }

    /// An instance's name with its project.
    public record Ref(ProjectName project, InstanceName name) {
        /// `c1`, or `project_c1` outside the default project.
        public String hostName() {
            return project.equals(Project.DEFAULT) ? name.value() : project + "_" + name;
        }

        @Override
        public String toString() {
            return hostName();
        }
    }
}
