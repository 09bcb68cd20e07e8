package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.client.EventStream;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lxc monitor`.
public final class MonitorCommand implements Command {
    private static final List<String> LEVELS = List.of("panic", "fatal", "error", "warning", "info", "debug", "trace");

    @Override
    public Spec spec() {
        return Spec.leaf("monitor", "[<remote>:]", 0, 1, "Watch what happens on a server")
                .rare()
                .flag(' ', "all-projects", "In all projects")
                .text('f', "format", "yaml", "Print as json, pretty or yaml")
                .text(' ', "loglevel", "", "The least level of log messages (only with --pretty)")
                .flag(' ', "pretty", "One line each, for people (--format=pretty)")
                .list(' ', "type", "Only events of this type: operation, lifecycle or logging; may be given again");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        String format = in.has("pretty") ? "pretty" : in.text("format");
        if (!format.equals("json") && !format.equals("pretty") && !format.equals("yaml")) {
            throw new CliException("Invalid format: " + format);
        }
        if (in.has("loglevel") && !format.equals("pretty")) {
            throw new CliException("Log level filtering can only be used with pretty formatting");
        }
        int least = LEVELS.size();
        if (in.has("loglevel")) {
            String level = in.text("loglevel").toLowerCase(Locale.ROOT);
            least = LEVELS.indexOf(level.equals("warn") ? "warning" : level.equals("dbug") ? "debug" : level);
            if (least < 0) {
                throw new CliException("Invalid log level: " + in.text("loglevel"));
            }
        }
        List<String> types = new ArrayList<>();
        for (String given : in.list("type")) {
            for (String type : given.split(",", -1)) {
                types.add(type);
            }
        }
        Place remote = session.remote(in.argOrEmpty(0));
        String wanted = types.isEmpty() ? "operation,lifecycle,logging" : String.join(",", types);
        try (EventStream events = remote.api().events(wanted, in.has("all-projects"))) {
            while (true) {
                JsonObject event = events.next();
                if (event == null) {
                    return 0;
                }
                if (types.isEmpty() || types.contains(event.text("type"))) {
                    print(session, event, format, least);
                }
            }
        }
    }

    private static void print(Session session, JsonObject event, String format, int least) {
        if (format.equals("json")) {
            session.out().println(JsonTree.text(sorted(event)) + "\n");
        } else if (format.equals("yaml")) {
            session.out().print(YamlText.untyped(sorted(event)) + "\n\n");
        } else {
            pretty(session, event, least);
        }
        session.out().flush();
    }

    private static JsonObject sorted(JsonObject event) {
        ArrayList<String> keys = new ArrayList<>(event.keys());
        keys.sort(null);
        JsonObject sorted = new JsonObject();
        for (String key : keys) {
            Object value = event.get(key);
            sorted.put(key, value instanceof JsonObject object ? sorted(object) : value);
        }
        return sorted;
    }

    private static void pretty(Session session, JsonObject event, int least) {
        JsonObject metadata = event.object("metadata");
        String time = event.text("timestamp");
        StringBuilder line = new StringBuilder();
        String level = "info";
        String message;
        switch (event.text("type")) {
            case "logging" -> {
                level = metadata.text("level").toLowerCase(Locale.ROOT);
                message = metadata.text("message");
                JsonObject context = metadata.object("context");
                for (String key : context.keys()) {
                    line.append(' ').append(key).append('=').append(quoted(context.text(key)));
                }
            }
            case "lifecycle" -> {
                message = "Action: " + metadata.text("action") + ", Source: " + metadata.text("source");
                JsonObject requestor = metadata.object("requestor");
                if (!requestor.isEmpty()) {
                    message += ", Requestor: " + requestor.text("protocol") + "/" + requestor.text("username") + " ("
                            + requestor.text("address") + ")";
                }
            }
            default -> {
                message = "ID: " + metadata.text("id") + ", Class: " + metadata.text("class") + ", Description: "
                        + metadata.text("description");
                line.append(" CreatedAt=").append(quoted(metadata.text("created_at")));
                line.append(" Err=").append(quoted(metadata.text("err")));
                line.append(" Location=").append(metadata.text("location"));
                line.append(" MayCancel=").append(metadata.flag("may_cancel"));
                line.append(" Metadata=").append(quoted(JsonTree.text(metadata.get("metadata"))));
                line.append(" Resources=").append(quoted(JsonTree.text(metadata.get("resources"))));
                line.append(" Status=").append(metadata.text("status"));
                line.append(" StatusCode=").append(metadata.text("status"));
                line.append(" UpdatedAt=").append(quoted(metadata.text("updated_at")));
            }
        }
        String known = level.equals("warn")
                ? "warning"
                : level.equals("dbug") ? "debug" : level.equals("eror") ? "error" : level;
        if (LEVELS.indexOf(known) > least) {
            return;
        }
        if (Terminal.isOutput()) {
            StringBuilder padded = new StringBuilder(message);
            while (padded.length() < 44) {
                padded.append(' ');
            }
            session.out().println(known.toUpperCase(Locale.ROOT) + "[" + time + "] " + padded + line);
        } else {
            session.out().println("time=" + quoted(time) + " level=" + known + " msg=" + quoted(message) + line);
        }
    }

    /// A value of `key=value` in a line: in quotes unless it is one plain word.
    private static String quoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-._/@^+".indexOf(c) < 0) {
                return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
            }
        }
        return text;
    }
}
