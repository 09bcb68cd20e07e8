package io.lightvisor.model.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What people and programs read about config keys, made of the schemas.
public final class ConfigDocs {
    private ConfigDocs() {}

    /// The page `docs/reference/config.md`, Markdown.
    public static String markdown() {
        var page = new StringBuilder("# Config keys\n\n");
        page.append("Every value is text. *Live* says whether a change reaches what runs.\n");
        section(page, "Instances and profiles", joined());
        section(page, "Server", ServerKeys.ALL);
        section(page, "Projects", ProjectKeys.ALL);
        return page.toString();
    }

    private static List<ConfigKey> joined() {
        var all = new ArrayList<>(InstanceKeys.SHARED);
        all.addAll(SupervisionKeys.ALL);
        all.addAll(InstanceKeys.VIRTUAL_MACHINES);
        all.addAll(InstanceKeys.INSTANCE_ONLY);
        return all;
    }

    private static void section(StringBuilder page, String title, List<ConfigKey> keys) {
        page.append("\n## ").append(title).append("\n\n");
        page.append("| Key | Type | Default | Live | For | Meaning |\n|---|---|---|---|---|---|\n");
        var sorted = new TreeMap<String, ConfigKey>();
        for (var key : keys) {
            sorted.put(key.name(), key);
        }
        for (var key : sorted.values()) {
            page.append("| `").append(key.name()).append("` | ");
            page.append(key.type().wire()).append(" | ");
            page.append(key.defaultValue().isEmpty() ? "-" : key.defaultValue()).append(" | ");
            page.append(key.live() ? "yes" : "no").append(" | ");
            page.append(key.scope().wire()).append(" | ");
            page.append(key.help().replace("|", "\\|")).append(" |\n");
        }
    }

    /// The data of `GET /1.0/metadata/configuration`: entity, group, then a list of keys, each a map of one entry:
    /// `{"configs": {"instance": {"boot": {"keys": [{"boot.autostart": {"type": "bool", ...}}]}}}}`.
    /// Maps keep the order of names; leaves are strings.
    public static Map<String, Object> configuration() {
        var entities = new LinkedHashMap<String, Object>();
        entities.put("instance", groups(joined()));
        entities.put("project", groups(ProjectKeys.ALL));
        entities.put("server", groups(ServerKeys.ALL));
        return Map.of("configs", entities);
    }

    private static Map<String, Object> groups(List<ConfigKey> keys) {
        var sorted = new TreeMap<String, List<Object>>();
        for (var key : keys) {
            var described = new LinkedHashMap<String, Object>();
            described.put("type", key.type().wire());
            described.put("defaultdesc", key.defaultValue());
            described.put("liveupdate", key.live() ? "yes" : "no");
            described.put("scope", key.scope().wire());
            described.put("shortdesc", key.help());
            described.put("longdesc", "");
            sorted.computeIfAbsent(key.group(), _ -> new ArrayList<>()).add(Map.of(key.name(), described));
        }
        var groups = new LinkedHashMap<String, Object>();
        sorted.forEach((group, list) -> groups.put(group, Map.of("keys", list)));
        return groups;
    }
}
