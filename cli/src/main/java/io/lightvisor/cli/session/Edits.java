package io.lightvisor.cli.session;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.config.Yaml;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.terminal.Editor;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `edit`: an object as YAML through the user's editor, or from standard input if that is no terminal.
public abstract class Edits {
    /// Fields of the wire that are no text.
    private static final List<String> BOOLEANS = List.of(
            "ephemeral",
            "stateful",
            "public",
            "auto_update",
            "restricted",
            "managed",
            "cached",
            "create_only",
            "enabled");

    private static final List<String> NUMBERS = List.of("creation_date", "expiry_date", "size", "status_code");

    private static final List<String> MAPS = List.of("config", "devices", "properties", "templates");

    private static final List<String> LISTS =
            List.of("profiles", "projects", "ingress", "egress", "ports", "entries", "when");

    /// Sends what the user made of it.
    protected abstract void save(JsonObject edited) throws IOException, ApiException;

    /// Shows `now` (only these fields can be changed), and saves what comes of it; after a failure the user may try
    /// again.
    public void run(Session session, JsonObject now, String help)
            throws IOException, ApiException, InterruptedException {
        if (!Terminal.isInput()) {
            save(typed(Yaml.object(Terminal.inputText())));
            return;
        }
        String text = comment(help) + YamlText.of(now);
        while (true) {
            text = Editor.edit(text, ".yaml");
            try {
                save(typed(Yaml.object(text)));
                return;
            } catch (IOException | ApiException failure) {
                session.err().println("Not saved: " + failure.getMessage());
                session.err().flush();
                if (Terminal.ask(session.out(), "Press enter to open the editor again or control-C to drop the change")
                        == null) {
                    throw failure;
                }
            }
        }
    }

    private static String comment(String help) {
        StringBuilder out = new StringBuilder();
        for (String line : help.split("\n", -1)) {
            out.append(line.isEmpty() ? "###" : "### ").append(line).append('\n');
        }
        return out.toString();
    }

    /// Gives fields that are no text their type back; the reader leaves every scalar as it stands.
    public static JsonObject typed(JsonObject read) throws IOException {
        for (String key : read.keys()) {
            Object value = read.get(key);
            boolean blank = value == null || value.equals("") || value.equals("null");
            if (MAPS.contains(key)) {
                if (blank) {
                    read.put(key, new JsonObject());
                } else if (value instanceof JsonObject && (key.equals("templates"))) {
                    for (String inner : read.object(key).keys()) {
                        typed(read.object(key).object(inner));
                    }
                }
            } else if (LISTS.contains(key) && blank) {
                read.put(key, new ArrayList<>());
            } else if (BOOLEANS.contains(key) && value instanceof String text) {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new IOException(key + " must be true or false, not \"" + text + "\"");
                }
                read.put(key, text.equals("true"));
            } else if (NUMBERS.contains(key) && value instanceof String text) {
                try {
                    read.put(key, Long.parseLong(text));
                } catch (NumberFormatException failure) {
                    throw new IOException(key + " must be a number, not \"" + text + "\"", failure);
                }
            }
        }
        return read;
    }
}
