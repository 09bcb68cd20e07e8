package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lxc warning`.
public final class WarningCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.group(
                "warning",
                "Manage warnings",
                Spec.leaf("acknowledge", "[<remote>:]<warning-uuid>", 1, 1, "Acknowledge a warning")
                        .alias("ack"),
                Spec.leaf("delete", "[<remote>:]<warning-uuid>", 0, 1, "Delete a warning")
                        .alias("rm")
                        .flag('a', "all", "All warnings"),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List warnings")
                        .alias("ls")
                        .flag('a', "all", "Those that were acknowledged or resolved too")
                        .text(
                                'c',
                                "columns",
                                "utSscpLl",
                                "c count, l last seen, L location, f first seen, p project, s severity, S status, u uuid, t type")
                        .format(),
                Spec.leaf("show", "[<remote>:]<warning-uuid>", 1, 1, "Print a warning as YAML"));
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        if (in.name().equals("list")) {
            return list(in, session);
        }
        Place place = session.remote(in.argOrEmpty(0));
        ApiClient api = place.api();
        String path = "/1.0/warnings/" + place.segment();
        switch (in.name()) {
            case "show" -> session.out().print(YamlText.of(api.get(path)));
            case "acknowledge" -> api.call("PUT", path, new JsonObject().put("status", "acknowledged"));
            default -> {
                if (in.has("all")) {
                    for (JsonObject warning : api.getList("/1.0/warnings?recursion=1")) {
                        api.call("DELETE", "/1.0/warnings/" + warning.text("uuid"), null);
                    }
                } else if (place.name().isEmpty()) {
                    throw new CliException("Specify a warning UUID or use --all");
                } else {
                    api.call("DELETE", path, null);
                }
            }
        }
        return 0;
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        List<JsonObject> warnings = session.remote(in.argOrEmpty(0)).api().getList("/1.0/warnings?recursion=1");
        ArrayList<JsonObject> shown = new ArrayList<>();
        for (JsonObject warning : warnings) {
            if (in.has("all") || warning.text("status").equals("new")) {
                shown.add(warning);
            }
        }
        // The location only counts in a cluster.
        String columns = in.text("columns").replace("L", "");
        String[] headers = new String[columns.length()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = switch (columns.charAt(i)) {
                case 'u' -> "UUID";
                case 't' -> "TYPE";
                case 'S' -> "STATUS";
                case 's' -> "SEVERITY";
                case 'c' -> "COUNT";
                case 'p' -> "PROJECT";
                case 'f' -> "FIRST SEEN";
                case 'l' -> "LAST SEEN";
                default ->
                    throw new CliException(
                            "Unknown column shorthand char '" + columns.charAt(i) + "' in '" + columns + "'");
            };
        }
        Table table = new Table(headers);
        for (JsonObject warning : shown) {
            String[] row = new String[headers.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = switch (columns.charAt(i)) {
                    case 'u' -> warning.text("uuid");
                    case 't' -> warning.text("type");
                    case 'S' -> warning.text("status").toUpperCase(Locale.ROOT);
                    case 's' -> warning.text("severity").toUpperCase(Locale.ROOT);
                    case 'c' -> Long.toString(warning.number("count"));
                    case 'p' -> warning.text("project");
                    case 'f' -> Times.words(warning.text("first_seen_at"));
                    default -> Times.words(warning.text("last_seen_at"));
                };
            }
            table.add(row);
        }
        table.sortBy(columns.indexOf('t'));
        Lists.print(session, in.text("format"), table, shown);
        return 0;
    }
}
