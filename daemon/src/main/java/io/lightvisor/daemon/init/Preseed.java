package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.daemon.command.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What a server shall be configured to: the document that `lxd init --preseed` reads and `--dump` writes.
///
///     config: {core.https_address: ":8443"}
///     networks: [{name: lxdbr0, type: bridge, config: {ipv4.address: auto}}]
///     storage_pools: [{name: default, driver: overlay}]
///     profiles: [{name: default, devices: {root: {type: disk, path: /, pool: default}}}]
///     projects: []
record Preseed(
        JsonObject config,
        List<JsonObject> networks,
        List<JsonObject> pools,
        List<JsonObject> profiles,
        List<JsonObject> projects) {
    private static final int MAX_TEXT = 1 << 20;

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "networks", Set.of("config", "description", "name", "type", "project"),
            "storage_pools", Set.of("config", "description", "name", "driver"),
            "profiles", Set.of("config", "description", "devices", "name"),
            "projects", Set.of("config", "description", "name"));

    /// Nothing yet.
    static Preseed empty() {
        return new Preseed(
                new JsonObject(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /// Reads YAML; unknown fields are refused, because a typing error must not pass for a configuration.
    static Preseed parse(String yaml) throws CommandFailure {
        Object document;
        try {
            var settings = LoadSettings.builder()
                    .setCodePointLimit(MAX_TEXT)
                    .setMaxAliasesForCollections(20)
                    .build();
            document = new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new CommandFailure("Failed to parse the preseed: " + e.getMessage(), e);
        }
        var preseed = empty();
        if (document == null) {
            return preseed;
        }
        if (!(document instanceof Map<?, ?> top)) {
            throw new CommandFailure("Failed to parse the preseed: a mapping is due at the top");
        }
        for (var entry : top.entrySet()) {
            String key = String.valueOf(entry.getKey());
            switch (key) {
                case "config" -> object(key, entry.getValue()).map().forEach(preseed.config::put);
                case "networks" -> preseed.networks.addAll(list(key, entry.getValue()));
                case "storage_pools" -> preseed.pools.addAll(list(key, entry.getValue()));
                case "profiles" -> preseed.profiles.addAll(list(key, entry.getValue()));
                case "projects" -> preseed.projects.addAll(list(key, entry.getValue()));
                case "cluster" -> {
                    if (entry.getValue() != null) {
                        throw new CommandFailure("clustering is not offered yet: leave \"cluster\" out of the preseed");
                    }
                }
                default ->
                    throw new CommandFailure(
                            "Failed to parse the preseed: field " + key + " not found in type api.InitPreseed");
            }
        }
        return preseed;
    }

    private static List<JsonObject> list(String key, @Nullable Object value) throws CommandFailure {
        var found = new ArrayList<JsonObject>();
        if (value == null) {
            return found;
        }
        if (!(value instanceof List<?> list)) {
            throw new CommandFailure("Failed to parse the preseed: \"" + key + "\" must be a list");
        }
        for (Object each : list) {
            JsonObject object = object(key, each);
            for (String field : object.keys()) {
                if (!KNOWN.getOrDefault(key, Set.of()).contains(field)) {
                    throw new CommandFailure(
                            "Failed to parse the preseed: field " + field + " not found in an entry of " + key);
                }
            }
            if (object.text("name").isEmpty()) {
                throw new CommandFailure("Failed to parse the preseed: an entry of " + key + " has no name");
            }
            found.add(object);
        }
        return found;
    }

    /// A mapping of YAML with all scalars as strings: that is how the API takes values.
    private static JsonObject object(String key, @Nullable Object value) throws CommandFailure {
        var object = new JsonObject();
        if (value == null) {
            return object;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new CommandFailure("Failed to parse the preseed: a mapping is due in \"" + key + "\"");
        }
        for (var entry : map.entrySet()) {
            String name = String.valueOf(entry.getKey());
            object.put(
                    name, entry.getValue() instanceof Map<?, ?> inner ? object(name, inner) : text(entry.getValue()));
        }
        return object;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    /// As YAML, in the order and with the words of LXD.
    String yaml() {
        var document = new JsonObject()
                .put("config", config)
                .put("networks", networks)
                .put("storage_pools", pools)
                .put("profiles", profiles)
                .put("projects", projects);
        return YamlText.of(document);
    }
}
