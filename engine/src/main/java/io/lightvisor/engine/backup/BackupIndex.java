package io.lightvisor.engine.backup;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.StoragePool;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// What a `backup.yaml` or the index of a backup says, from whatever host it comes. Everything in it is checked for its
/// form here; whether it holds on this host is the planner's question.
///
/// @param config    keys as recorded there, `volatile.*` included
/// @param snapshots the oldest first
/// @param pool      what it lay in there; empty where the file says nothing
/// @param optimized whether the rest of the archive is a stream that only one storage driver reads
public record BackupIndex(
        InstanceName name,
        ProjectName project,
        Architecture architecture,
        Map<String, String> config,
        DeviceMap devices,
        List<ProfileName> profiles,
        boolean ephemeral,
        String description,
        Instant createdAt,
        Instant lastUsedAt,
        List<Snapshot> snapshots,
        List<Profile> profileRecords,
        Optional<StoragePool> pool,
        boolean optimized) {
    private static final int MAX_CODE_POINTS = 4 << 20;
    private static final int MAX_ALIASES = 50;
    private static final int MAX_SNAPSHOTS = 10_000;

    public BackupIndex {
        config = Map.copyOf(config);
        profiles = List.copyOf(profiles);
        snapshots = List.copyOf(snapshots);
        profileRecords = List.copyOf(profileRecords);
    }

    /// A snapshot in it.
    ///
    /// @param expiresAt [Instant#EPOCH] for never
    public record Snapshot(
            SnapshotName name,
            Architecture architecture,
            Map<String, String> config,
            DeviceMap devices,
            List<ProfileName> profiles,
            boolean ephemeral,
            Instant createdAt,
            Instant expiresAt) {
        public Snapshot {
            config = Map.copyOf(config);
            profiles = List.copyOf(profiles);
        }
    }

    /// This one with other snapshots.
    public BackupIndex withSnapshots(List<Snapshot> others) {
        return new BackupIndex(
                name,
                project,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                description,
                createdAt,
                lastUsedAt,
                others,
                profileRecords,
                pool,
                optimized);
    }

    /// Reads the index of a backup.
    ///
    /// @throws ProblemException if it is no YAML, or something needed is missing or malformed
    public static BackupIndex parseIndex(byte[] yaml) {
        var top = load("backup/index.yaml", yaml);
        String type = text(top, "type");
        if (!type.isEmpty() && !type.equals("container")) {
            throw new Problem.BadRequest(
                            "Backup not imported",
                            "it is of a " + Problem.printable(type) + ", and this server runs containers",
                            "")
                    .exception();
        }
        var config = mapping(top, "config");
        if (config.isEmpty()) {
            throw bad("backup/index.yaml", "it has no \"config\": backups of LXD before 4.0 have none");
        }
        var names = new ArrayList<String>();
        if (top.get("snapshots") instanceof List<?> list) {
            list.forEach(each -> names.add(scalar("snapshots", each)));
        }
        return read("backup/index.yaml", config, flag(top, "optimized"), Optional.of(names));
    }

    /// Reads the file beside an instance.
    ///
    /// @throws ProblemException if it is no YAML, or something needed is missing or malformed
    public static BackupIndex parseFile(byte[] yaml) {
        return read("backup.yaml", load("backup.yaml", yaml), false, Optional.empty());
    }

    private static BackupIndex read(
            String what, Map<?, ?> config, boolean optimized, Optional<List<String>> packedSnapshots) {
        var container = mapping(config, "container");
        if (container.isEmpty()) {
            throw bad(what, "it has no \"container\"");
        }
        var snapshots = new ArrayList<Snapshot>();
        for (var each : list(config, "snapshots")) {
            var snapshot = snapshot(what, each);
            if (packedSnapshots.isEmpty()
                    || packedSnapshots.get().contains(snapshot.name().value())) {
                snapshots.add(snapshot);
            }
        }
        if (packedSnapshots.isPresent()
                && snapshots.size() != packedSnapshots.get().size()) {
            throw bad(what, "the snapshots that it names and those that it describes differ");
        }
        String project = text(container, "project");
        return new BackupIndex(
                new InstanceName(text(container, "name")),
                project.isEmpty() ? io.lightvisor.model.Project.DEFAULT : new ProjectName(project),
                Architecture.parse(text(container, "architecture")),
                texts(container, "config"),
                devices(container),
                profileNames(container),
                flag(container, "ephemeral"),
                text(container, "description"),
                time(container, "created_at"),
                time(container, "last_used_at"),
                snapshots,
                profileRecords(config, project.isEmpty() ? "default" : project),
                pool(config),
                optimized);
    }

    private static Snapshot snapshot(String what, Object each) {
        if (!(each instanceof Map<?, ?> map)) {
            throw bad(what, "a snapshot is no mapping");
        }
        return new Snapshot(
                new SnapshotName(text(map, "name")),
                Architecture.parse(text(map, "architecture")),
                texts(map, "config"),
                devices(map),
                profileNames(map),
                flag(map, "ephemeral"),
                time(map, "created_at"),
                time(map, "expires_at"));
    }

    private static Optional<StoragePool> pool(Map<?, ?> config) {
        var pool = mapping(config, "pool");
        String name = text(pool, "name");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new StoragePool(
                        new PoolName(name), text(pool, "driver"), text(pool, "description"), texts(pool, "config")));
    }

    private static List<Profile> profileRecords(Map<?, ?> config, String project) {
        var profiles = new ArrayList<Profile>();
        for (var each : list(config, "profiles")) {
            if (each instanceof Map<?, ?> map) {
                profiles.add(new Profile(
                        new ProjectName(project),
                        new ProfileName(text(map, "name")),
                        text(map, "description"),
                        texts(map, "config"),
                        devices(map)));
            }
        }
        return profiles;
    }

    // ---- YAML

    private static Map<?, ?> load(String what, byte[] yaml) {
        // Every scalar stays text: "user.serial: 20240101" is no number.
        var settings = LoadSettings.builder()
                .setSchema(new FailsafeSchema())
                .setCodePointLimit(MAX_CODE_POINTS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowRecursiveKeys(false)
                .setAllowDuplicateKeys(false)
                .build();
        try {
            if (new Load(settings).loadFromString(new String(yaml, StandardCharsets.UTF_8)) instanceof Map<?, ?> map) {
                return map;
            }
            throw bad(what, "it is no mapping");
        } catch (NullPointerException e) {
            // Of the parser: a document without any node, where every scalar must be text.
            throw bad(what, "it is empty");
        } catch (YamlEngineException | StackOverflowError e) {
            throw bad(what, firstLine(String.valueOf(e.getMessage())));
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return Problem.printable(end < 0 ? message : message.substring(0, end));
    }

    private static ProblemException bad(String what, String why) {
        return new Problem.BadRequest("Could not parse " + what, why, "").exception();
    }

    private static String text(Map<?, ?> map, String key) {
        return scalar(key, map.get(key));
    }

    private static String scalar(String key, @Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            default -> throw bad("backup", "\"" + Problem.printable(key) + "\" is no text");
        };
    }

    private static boolean flag(Map<?, ?> map, String key) {
        String text = text(map, key);
        return text.equals("true") || text.equals("yes") || text.equals("on");
    }

    private static Instant time(Map<?, ?> map, String key) {
        String text = text(map, key);
        if (text.isEmpty() || text.equals(BackupYaml.NEVER)) {
            return Instant.EPOCH;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw bad("backup", "\"" + key + "\" is no time: " + Problem.printable(text));
        }
    }

    private static Map<?, ?> mapping(Map<?, ?> map, String key) {
        return switch (map.get(key)) {
            case null -> Map.of();
            case Map<?, ?> found -> found;
            case String text when text.isEmpty() || text.equals("null") || text.equals("~") -> Map.of();
            default -> throw bad("backup", "\"" + key + "\" is no mapping");
        };
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return switch (map.get(key)) {
            case null -> List.of();
            case List<?> found when found.size() <= MAX_SNAPSHOTS -> found;
            case String text when text.isEmpty() || text.equals("null") || text.equals("~") -> List.of();
            default -> throw bad("backup", "\"" + key + "\" is no list, or too long a one");
        };
    }

    private static Map<String, String> texts(Map<?, ?> map, String key) {
        var texts = new LinkedHashMap<String, String>();
        for (var each : mapping(map, key).entrySet()) {
            texts.put(scalar(key, each.getKey()), scalar(key, each.getValue()));
        }
        return texts;
    }

    private static DeviceMap devices(Map<?, ?> map) {
        var devices = new LinkedHashMap<String, Map<String, String>>();
        var all = mapping(map, "devices");
        for (var each : all.keySet()) {
            String name = scalar("devices", each);
            devices.put(name, texts(all, name));
        }
        return new DeviceMap(devices);
    }

    private static List<ProfileName> profileNames(Map<?, ?> map) {
        var names = new ArrayList<ProfileName>();
        for (var each : list(map, "profiles")) {
            names.add(new ProfileName(scalar("profiles", each)));
        }
        return names;
    }
}
