package io.lightvisor.image;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// `metadata.yaml`: what an image says about itself.
///
/// @param createdAt  mandatory
/// @param expiresAt  or [Instant#EPOCH]
/// @param templates  by the absolute path they write inside the instance
public record ImageMetadata(
        Architecture architecture,
        Instant createdAt,
        Instant expiresAt,
        Map<String, String> properties,
        Map<String, Template> templates) {
    /// More than any real one has.
    public static final int MAX_BYTES = 1024 * 1024;

    private static final int MAX_ALIASES = 50;

    public ImageMetadata {
        properties = Map.copyOf(properties);
        templates = Map.copyOf(templates);
    }

    /// A file to be written from a template.
    ///
    /// @param when       `create`, `copy`, `rename`, `start`
    /// @param createOnly leaves an existing file as it is
    /// @param template   file below `templates/`
    public record Template(List<String> when, boolean createOnly, String template, Map<String, String> properties) {
        public Template {
            when = List.copyOf(when);
            properties = Map.copyOf(properties);
        }
    }

    /// Reads the file.
    ///
    /// @throws ProblemException if it is no YAML, or something mandatory is missing or malformed
    public static ImageMetadata parse(byte[] yaml) {
        var top = load(yaml);
        var architecture = text(top, "architecture");
        if (architecture.isEmpty()) {
            throw Problem.badRequest("Missing architecture").exception();
        }
        long created = number(top, "creation_date");
        if (created == 0) {
            throw Problem.badRequest("Missing creation date").exception();
        }
        return new ImageMetadata(
                Architecture.parse(architecture),
                time("creation_date", created),
                time("expiry_date", number(top, "expiry_date")),
                texts(top, "properties"),
                templates(top));
    }

    /// Only the templates of the file; what else it says, or lacks, does not matter.
    ///
    /// @throws ProblemException if it is no YAML, or the templates are malformed
    public static Map<String, Template> parseTemplates(byte[] yaml) {
        return templates(load(yaml));
    }

    private static Map<?, ?> load(byte[] yaml) {
        if (yaml.length > MAX_BYTES) {
            throw bad("it has more than " + MAX_BYTES + " bytes");
        }
        // Every scalar stays text: "serial: 20240101" is no number, "release: 12" no twelve.
        var settings = LoadSettings.builder()
                .setSchema(new FailsafeSchema())
                .setCodePointLimit(MAX_BYTES)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowRecursiveKeys(false)
                .setAllowDuplicateKeys(false)
                .build();
        try {
            var top = new Load(settings).loadFromString(new String(yaml, StandardCharsets.UTF_8));
            if (top instanceof Map<?, ?> map) {
                return map;
            }
            throw bad("it is no mapping");
        } catch (YamlEngineException e) {
            throw new Problem.BadRequest("Could not parse metadata.yaml", firstLine(e), "").exception(e);
        }
    }

    private static String firstLine(YamlEngineException e) {
        var message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return Problem.printable(end < 0 ? message : message.substring(0, end));
    }

    private static ProblemException bad(String why) {
        return new Problem.BadRequest("Could not parse metadata.yaml", why, "").exception();
    }

    private static String text(Map<?, ?> map, String key) {
        return scalar(key, map.get(key));
    }

    private static String scalar(String key, @Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            default -> throw bad("\"" + Problem.printable(key) + "\" is no text");
        };
    }

    private static long number(Map<?, ?> map, String key) {
        var text = text(map, key);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw bad("\"" + key + "\" is no whole number");
        }
    }

    private static Instant time(String key, long seconds) {
        try {
            return seconds <= 0 ? Instant.EPOCH : Instant.ofEpochSecond(seconds);
        } catch (DateTimeException e) {
            throw bad("\"" + key + "\" is no time");
        }
    }

    private static Map<String, String> texts(Map<?, ?> map, String key) {
        var texts = new TreeMap<String, String>();
        for (var each : mapping(map, key).entrySet()) {
            var name = scalar(key, each.getKey());
            texts.put(name, scalar(name, each.getValue()));
        }
        return texts;
    }

    private static Map<?, ?> mapping(Map<?, ?> map, String key) {
        return switch (map.get(key)) {
            case null -> Map.of();
            case Map<?, ?> found -> found;
            case String text when text.isEmpty() -> Map.of();
            default -> throw bad("\"" + Problem.printable(key) + "\" is no mapping");
        };
    }

    private static Map<String, Template> templates(Map<?, ?> top) {
        var templates = new TreeMap<String, Template>();
        for (var each : mapping(top, "templates").entrySet()) {
            var path = scalar("templates", each.getKey());
            if (!(each.getValue() instanceof Map<?, ?> template)) {
                throw bad("template \"" + Problem.printable(path) + "\" is no mapping");
            }
            templates.put(
                    path,
                    new Template(
                            list(template, "when"),
                            text(template, "create_only").equals("true"),
                            text(template, "template"),
                            texts(template, "properties")));
        }
        return templates;
    }

    private static List<String> list(Map<?, ?> map, String key) {
        var texts = new ArrayList<String>();
        switch (map.get(key)) {
            case null -> {
                // Never.
            }
            case List<?> list -> list.forEach(each -> texts.add(scalar(key, each)));
            default -> throw bad("\"" + key + "\" is no list");
        }
        return texts;
    }
}
