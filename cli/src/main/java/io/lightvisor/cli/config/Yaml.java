package io.lightvisor.cli.config;

import io.lightvisor.api.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads YAML that a person wrote. Every scalar stays the text that stands there (`1.10`, `yes`, `true`): LXD's values
/// are
/// strings, and a reader that guesses types would change them.
public final class Yaml {
    private Yaml() {}

    /// Reads a map. Throws if it is something else; empty text is an empty map.
    public static JsonObject object(String text) throws IOException {
        Object value = parse(text);
        if (value == null || value.equals("")) {
            return new JsonObject();
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new IOException("the YAML text is no map of keys and values");
    }

    /// Reads anything: [JsonObject], `List`, `String`.
    public static @Nullable Object parse(String text) throws IOException {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setSchema(new FailsafeSchema())
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(20)
                    .build();
            // Not loadFromString: that one fails on a text without any document.
            for (Object document : new Load(settings).loadAllFromString(text)) {
                return convert(document);
            }
            return null;
        } catch (YamlEngineException failure) {
            throw new IOException("the YAML text cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static @Nullable Object convert(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                object.put(String.valueOf(each.getKey()), convert(each.getValue()));
            }
            return object;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> converted = new ArrayList<>();
            for (Object each : list) {
                converted.add(convert(each));
            }
            return converted;
        }
        return value == null ? null : value.toString();
    }
}
