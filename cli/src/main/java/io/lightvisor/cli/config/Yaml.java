package io.lightvisor.cli.config;

import io.lightvisor.api.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads YAML that a person wrote. Every scalar stays the text that stands there (`1.10`, `yes`, `true`): LXD's values
/// are
/// strings, and a reader that guesses types would change them. So the tree of nodes is read, not objects made of it.
public final class Yaml {
    /// More values than any configuration has; aliases within aliases would make endless ones.
    private static final int MOST_VALUES = 100_000;

    private static final int DEEPEST = 50;

    private int values;

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

    /// Reads the first document, of whatever shape: [JsonObject], `List`, `String`; null if there is none.
    public static @Nullable Object parse(String text) throws IOException {
        try {
            LoadSettings settings = LoadSettings.builder().build();
            for (Node node : new Compose(settings).composeAllFromString(text)) {
                return new Yaml().convert(node, 0);
            }
            return null;
        } catch (YamlEngineException failure) {
            throw new IOException("the YAML text cannot be read: " + failure.getMessage(), failure);
        }
    }

    private Object convert(Node node, int depth) throws IOException {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            throw new IOException("the YAML text is too large or too deep");
        }
        if (node instanceof MappingNode mapping) {
            JsonObject object = new JsonObject();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new IOException("the YAML text has a key that is no text");
                }
                if (object.has(key.getValue())) {
                    throw new IOException("the YAML text has the key \"" + key.getValue() + "\" twice");
                }
                object.put(key.getValue(), convert(tuple.getValueNode(), depth + 1));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Node each : sequence.getValue()) {
                list.add(convert(each, depth + 1));
            }
            return list;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new IOException("the YAML text holds something that is neither map, list nor text");
    }
}
