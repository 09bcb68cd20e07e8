package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `lxc storage volume`.
final class Volumes {
    private static final String LETTERS = "etndcuL";

    Spec spec() {
        String pool = "[<remote>:]<pool>";
        String volume = pool + " <volume>";
        return Spec.group(
                "volume",
                "Manage storage volumes",
                Spec.leaf(
                        "attach",
                        volume + " <instance> [<device name>] [<path>]",
                        3,
                        5,
                        "Attach a volume to an instance"),
                Spec.leaf(
                        "attach-profile",
                        volume + " <profile> [<device name>] [<path>]",
                        3,
                        5,
                        "Attach a volume to a profile"),
                target(Spec.leaf("create", volume + " [key=value...]", 2, -1, "Create a volume")
                        .text(' ', "type", "filesystem", "Its content: filesystem or block")),
                target(Spec.leaf("delete", volume + "[/<snapshot>]", 2, 2, "Delete a volume or a snapshot")
                        .alias("rm")),
                Spec.leaf("detach", volume + " <instance> [<device name>]", 3, 4, "Detach a volume from an instance"),
                Spec.leaf(
                        "detach-profile",
                        volume + " <profile> [<device name>]",
                        3,
                        4,
                        "Detach a volume from a profile"),
                target(Spec.leaf("edit", volume, 2, 2, "Edit a volume as YAML")),
                target(Spec.leaf("get", volume + " <key>", 3, 3, "Print the value of a key")),
                target(Spec.leaf("info", volume, 2, 2, "Tell how large a volume is")),
                Spec.leaf("list", pool + " [<filter>...]", 1, -1, "List the volumes of a pool")
                        .alias("ls")
                        .flag(' ', "all-projects", "Of all projects")
                        .text(
                                'c',
                                "columns",
                                LETTERS,
                                "e project, t type, n name, d description, c content, u used by, L location")
                        .format(),
                target(Spec.leaf("rename", volume + " <new name>", 3, 3, "Rename a volume or a snapshot")),
                target(Spec.leaf("restore", volume + " <snapshot>", 3, 3, "Go back to a snapshot")),
                target(Spec.leaf("set", volume + " <key>=<value>...", 3, -1, "Set keys")),
                target(Spec.leaf("show", volume + "[/<snapshot>]", 2, 2, "Print a volume as YAML")),
                target(Spec.leaf("snapshot", volume + " [<snapshot>]", 2, 3, "Take a snapshot of a volume")
                        .flag(' ', "no-expiry", "Keep it for ever")
                        .flag(' ', "reuse", "Delete the snapshot of that name first")),
                target(Spec.leaf("unset", volume + " <key>", 3, 3, "Unset a key")));
    }

    private static Spec target(Spec spec) {
        return spec.text(' ', "target", "", "The cluster member");
    }

    private static String path(Place pool, String volume) {
        int slash = volume.indexOf('/');
        String type = slash < 0 ? "custom" : volume.substring(0, slash);
        boolean typed = type.equals("custom")
                || type.equals("container")
                || type.equals("virtual-machine")
                || type.equals("image");
        String rest = slash < 0 || !typed ? volume : volume.substring(slash + 1);
        String base =
                "/1.0/storage-pools/" + pool.segment() + "/volumes/" + (typed && slash >= 0 ? type : "custom") + "/";
        int second = rest.indexOf('/');
        return second < 0
                ? base + ApiClient.segment(rest)
                : base + ApiClient.segment(rest.substring(0, second)) + "/snapshots/"
                        + ApiClient.segment(rest.substring(second + 1));
    }

    int run(Invocation in, Session session) throws IOException, ApiException, CliException, InterruptedException {
        Place pool = session.place(in.arg(0));
        ApiClient api = pool.api();
        String volume = in.argOrEmpty(1);
        String path = path(pool, volume);
        String query = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
        switch (in.name()) {
            case "list" -> list(in, session, pool);
            case "show" -> session.out().print(YamlText.of(api.get(path + query)));
            case "get" ->
                session.out().println(api.get(path + query).object("config").text(in.arg(2)));
            case "create" -> {
                JsonObject config = new JsonObject();
                KeyValues.put(config, in.argsFrom(2), false);
                String name = volume.startsWith("custom/") ? volume.substring(7) : volume;
                JsonObject body = new JsonObject()
                        .put("name", name)
                        .put("type", "custom")
                        .put("content_type", in.text("type"))
                        .put("config", config);
                api.run("POST", "/1.0/storage-pools/" + pool.segment() + "/volumes/custom" + query, body);
                tell(session, "Storage volume " + name + " created");
            }
            case "delete" -> {
                api.run("DELETE", path + query, null);
                tell(session, "Storage volume " + volume + " deleted");
            }
            case "rename" -> {
                String name = in.arg(2);
                api.run("POST", path + query, new JsonObject().put("name", name.substring(name.lastIndexOf('/') + 1)));
                tell(session, "Renamed storage volume from \"" + volume + "\" to \"" + name + "\"");
            }
            case "restore" -> api.run("PUT", path + query, new JsonObject().put("restore", in.arg(2)));
            case "snapshot" -> snapshot(in, api, path, query);
            case "set", "unset" -> change(in, api, path + query);
            case "edit" -> edit(session, api, path + query);
            case "info" -> info(session, api, path, query);
            default -> attach(in, session, pool, volume);
        }
        return 0;
    }

    private static void tell(Session session, String what) {
        if (!session.isQuiet()) {
            session.out().println(what);
        }
    }

    private static void list(Invocation in, Session session, Place pool)
            throws IOException, ApiException, CliException {
        boolean all = in.has("all-projects");
        String path = "/1.0/storage-pools/" + pool.segment() + "/volumes?recursion=1";
        StringBuilder filter = new StringBuilder();
        for (String each : in.argsFrom(1)) {
            int equals = each.indexOf('=');
            filter.append(filter.length() == 0 ? "" : " and ");
            filter.append(
                    equals < 0 ? "name eq " + each : each.substring(0, equals) + " eq " + each.substring(equals + 1));
        }
        if (filter.length() > 0) {
            path += "&filter=" + ApiClient.segment(filter.toString());
        }
        List<JsonObject> volumes = all
                ? pool.api().inProject("").getList(path + "&all-projects=true")
                : pool.api().getList(path);
        String columns = in.has("columns") ? in.text("columns") : all ? "etndcu" : "tndcu";
        String[] headers = new String[columns.length()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = switch (columns.charAt(i)) {
                case 'e' -> "PROJECT";
                case 't' -> "TYPE";
                case 'n' -> "NAME";
                case 'd' -> "DESCRIPTION";
                case 'c' -> "CONTENT-TYPE";
                case 'u' -> "USED BY";
                case 'L' -> "LOCATION";
                default ->
                    throw new CliException(
                            "Unknown column shorthand char '" + columns.charAt(i) + "' in '" + columns + "'");
            };
        }
        Table table = new Table(headers);
        for (JsonObject volume : volumes) {
            String[] row = new String[headers.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = switch (columns.charAt(i)) {
                    case 'e' -> volume.text("project");
                    case 't' ->
                        volume.text("name").indexOf('/') < 0
                                ? volume.text("type")
                                : volume.text("type") + " (snapshot)";
                    case 'n' -> volume.text("name");
                    case 'd' -> volume.text("description");
                    case 'c' -> volume.text("content_type");
                    case 'u' -> Integer.toString(volume.texts("used_by").size());
                    default -> volume.text("location");
                };
            }
            table.add(row);
        }
        table.sortBy(columns.indexOf('n'));
        Lists.print(session, in.text("format"), table, volumes);
    }

    private static void snapshot(Invocation in, ApiClient api, String path, String query)
            throws IOException, ApiException {
        JsonObject body = new JsonObject().put("name", in.argOrEmpty(2));
        if (in.has("no-expiry")) {
            body.put("expires_at", "0001-01-01T00:00:00Z");
        }
        if (in.has("reuse") && in.count() > 2) {
            try {
                api.run("DELETE", path + "/snapshots/" + ApiClient.segment(in.arg(2)) + query, null);
            } catch (ApiException failure) {
                if (failure.code() != 404) {
                    throw failure;
                }
            }
        }
        api.run("POST", path + "/snapshots" + query, body);
    }

    private static void change(Invocation in, ApiClient api, String path)
            throws IOException, ApiException, CliException {
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject volume = answer.object();
        JsonObject config = volume.object("config");
        if (in.name().equals("set")) {
            KeyValues.set(config, in.argsFrom(2));
        } else {
            config.remove(in.arg(2));
        }
        volume.put("config", config);
        api.finish(api.call("PUT", path, Fields.writable(volume, Fields.VOLUME), answer.etag()));
    }

    private static void edit(Session session, ApiClient api, String path)
            throws IOException, ApiException, InterruptedException {
        ApiAnswer answer = api.call("GET", path, null);
        new Edits() {
            @Override
            protected void save(JsonObject edited) throws IOException, ApiException {
                api.finish(api.call("PUT", path, Fields.writable(edited, Fields.VOLUME), answer.etag()));
            }
        }.run(session, answer.object(), "A storage volume. Only config and description can be changed.");
    }

    private static void info(Session session, ApiClient api, String path, String query)
            throws IOException, ApiException {
        JsonObject volume = api.get(path + query);
        session.out().println("Name: " + volume.text("name"));
        if (!volume.text("description").isEmpty()) {
            session.out().println("Description: " + volume.text("description"));
        }
        session.out().println("Type: " + volume.text("type"));
        session.out().println("Content type: " + volume.text("content_type"));
        JsonObject usage = stateOrEmpty(api, path + "/state" + query).object("usage");
        if (usage.number("used") > 0) {
            session.out().println("Usage: " + Units.binary(usage.number("used")));
        }
        if (usage.number("total") > 0) {
            session.out().println("Total: " + Units.binary(usage.number("total")));
        }
    }

    private static JsonObject stateOrEmpty(ApiClient api, String path) throws IOException {
        try {
            return api.get(path);
        } catch (ApiException notKnown) {
            return new JsonObject();
        }
    }

    private static void attach(Invocation in, Session session, Place pool, String volume)
            throws IOException, ApiException, CliException {
        ApiClient api = pool.api();
        boolean profile = in.name().endsWith("-profile");
        String name = volume.startsWith("custom/") ? volume.substring(7) : volume;
        String path = (profile ? "/1.0/profiles/" : "/1.0/instances/") + ApiClient.segment(in.arg(2));
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject owner = answer.object();
        JsonObject devices = owner.object("devices");
        if (in.name().startsWith("attach")) {
            String device =
                    in.count() == 5 ? in.arg(3) : in.count() == 4 && !in.arg(3).startsWith("/") ? in.arg(3) : name;
            String mount =
                    in.count() == 5 ? in.arg(4) : in.count() == 4 && in.arg(3).startsWith("/") ? in.arg(3) : "";
            if (devices.has(device)) {
                throw new CliException("Device already exists: " + device);
            }
            JsonObject disk = new JsonObject()
                    .put("type", "disk")
                    .put("pool", pool.name())
                    .put("source", name);
            devices.put(device, disk.putText("path", mount));
        } else {
            String device = find(devices, pool.name(), name, in.count() == 4 ? in.arg(3) : null);
            devices.remove(device);
        }
        owner.put("devices", devices);
        api.finish(api.call(
                "PUT", path, Fields.writable(owner, profile ? Fields.PROFILE : Fields.INSTANCE), answer.etag()));
    }

    private static String find(JsonObject devices, String pool, String volume, @Nullable String named)
            throws CliException {
        String found = "";
        for (String device : devices.keys()) {
            JsonObject disk = devices.object(device);
            boolean fits = disk.text("type").equals("disk")
                    && disk.text("pool").equals(pool)
                    && disk.text("source").equals(volume)
                    && (named == null || named.equals(device));
            if (fits && !found.isEmpty()) {
                throw new CliException("More than one device matches, specify the device name");
            }
            found = fits ? device : found;
        }
        if (found.isEmpty()) {
            throw new CliException("No device found for this storage volume");
        }
        return found;
    }
}
