package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lxc image`.
public final class ImageCommand implements Command {
    private static final String COLUMNS = "lfpdatsu";
    private static final String EDIT_HELP = "The properties of an image. Lines that begin with # do not count.";

    @Override
    public Spec spec() {
        String image = "[<remote>:]<image>";
        String more = image + " [[<remote>:]<image>...]";
        return Spec.group(
                "image",
                "Manage images",
                Spec.group(
                        "alias",
                        "Manage the names of images",
                        Spec.leaf("create", "[<remote>:]<alias> <fingerprint>", 2, 2, "Give an image a name"),
                        Spec.leaf("delete", "[<remote>:]<alias>", 1, 1, "Delete a name")
                                .alias("rm"),
                        Spec.leaf("list", "[<remote>:] [<filters>...]", 0, -1, "List the names")
                                .alias("ls")
                                .format(),
                        Spec.leaf("rename", "[<remote>:]<alias> <new-name>", 2, 2, "Rename a name")
                                .alias("mv")),
                Spec.leaf(
                                "build",
                                "[<remote>:] <distribution>/<release>",
                                1,
                                2,
                                "Build an image from the host's package mirror")
                        .list(' ', "alias", "Give it this name; may be given again")
                        .text(' ', "packages", "", "Packages to put in beside the usual, divided by commas")
                        .flag(' ', "public", "Let everybody have it")
                        .details("  lxc image build debian/12 --alias web-base --packages nginx,curl"),
                Spec.leaf("copy", image + " <remote>:", 2, 2, "Copy an image to another server")
                        .alias("cp")
                        .list(' ', "alias", "Give it this name there; may be given again")
                        .flag(' ', "auto-update", "Keep the copy up to date")
                        .flag(' ', "copy-aliases", "Copy its names too")
                        .text(' ', "mode", "pull", "Who moves the data: pull, push or relay")
                        .flag(' ', "public", "Let everybody have it there")
                        .text(' ', "target-project", "", "Into this project")
                        .flag(' ', "vm", "Copy the image for virtual machines"),
                Spec.leaf("delete", more, 1, -1, "Delete images").alias("rm"),
                Spec.leaf("edit", image, 1, 1, "Edit the properties of an image as YAML"),
                Spec.leaf("export", image + " [<target>]", 1, 2, "Write an image to a file")
                        .flag(' ', "vm", "The image for virtual machines"),
                Spec.leaf("get-property", image + " <key>", 2, 2, "Print a property"),
                Spec.leaf(
                                "import",
                                "<tarball>|<directory>|<URL> [<rootfs tarball>] [<remote>:] [key=value...]",
                                1,
                                -1,
                                "Read an image from files or a URL")
                        .list(' ', "alias", "Give it this name; may be given again")
                        .flag(' ', "public", "Let everybody have it"),
                Spec.leaf("info", image, 1, 1, "Tell about an image").flag(' ', "vm", "The image for virtual machines"),
                Spec.leaf("list", "[<remote>:] [<filter>...]", 0, -1, "List images")
                        .alias("ls")
                        .text('c', "columns", COLUMNS, "Which columns, see above")
                        .format()
                        .details(
                                "Columns: l short alias, L all aliases, f, F fingerprint short and long, p public, d description,"
                                        + "\na architecture, t type, s size, u upload date. Filters: part of a fingerprint or alias, or key=value."),
                Spec.leaf("refresh", more, 1, -1, "Fetch or build images again from where they came"),
                Spec.leaf("set-property", image + " <key> <value>", 3, 3, "Set a property"),
                Spec.leaf("show", image, 1, 1, "Print the properties of an image as YAML")
                        .flag(' ', "vm", "The image for virtual machines"),
                Spec.leaf("unset-property", image + " <key>", 2, 2, "Unset a property"));
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        if (in.spec().key().startsWith("image alias")) {
            return new ImageAliases().run(in, session);
        }
        switch (in.name()) {
            case "list" -> list(in, session);
            case "import" -> ImageFiles.read(in, session);
            case "export" -> ImageFiles.write(in, session);
            case "build" -> build(in, session);
            case "copy" -> copy(in, session);
            case "info" -> info(session.out(), image(session.place(in.arg(0))));
            case "show" ->
                session.out().print(YamlText.of(Fields.writable(image(session.place(in.arg(0))), Fields.IMAGE)));
            case "get-property" -> {
                JsonObject properties = image(session.place(in.arg(0))).object("properties");
                if (!properties.has(in.arg(1))) {
                    throw new CliException("Property not found");
                }
                session.out().println(properties.text(in.arg(1)));
            }
            case "edit" -> edit(session, session.place(in.arg(0)));
            case "delete", "refresh" -> {
                for (String arg : in.args()) {
                    each(in, session, session.place(arg));
                }
            }
            default -> property(in, session.place(in.arg(0)));
        }
        return 0;
    }

    private static String path(ApiClient api, Place place) throws IOException, ApiException {
        return "/1.0/images/" + ApiClient.segment(ImageSources.fingerprint(api, place.name()));
    }

    static JsonObject image(Place place) throws IOException, ApiException, CliException {
        return place.api().get(path(place.api(), place));
    }

    private static void each(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException {
        if (place.name().isEmpty()) {
            throw new CliException("Image identifier missing");
        }
        ApiClient api = place.api();
        if (in.name().equals("delete")) {
            Operations.run(session, api, "DELETE", path(api, place), null, "Deleting the image");
            return;
        }
        JsonObject operation =
                Operations.run(session, api, "POST", path(api, place) + "/refresh", null, "Refreshing the image");
        boolean fresh = operation.object("metadata").flag("refreshed");
        session.out().println(fresh ? "Image refreshed successfully!" : "Image already up to date.");
    }

    private static void build(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.remote(in.count() == 2 ? in.arg(0) : "");
        String what = in.arg(in.count() - 1);
        int slash = what.indexOf('/');
        String distribution = slash < 0 ? what : what.substring(0, slash);
        JsonObject source = new JsonObject()
                .put("type", "image")
                .put("mode", "pull")
                .put("protocol", "bootstrap")
                .put("server", distribution)
                .put("alias", slash < 0 ? "latest" : what.substring(slash + 1))
                .putText("packages", in.text("packages"));
        JsonObject body = new JsonObject().put("source", source).put("public", in.has("public"));
        JsonObject operation = Operations.run(session, place.api(), "POST", "/1.0/images", body, "Building " + what);
        String fingerprint = operation.object("metadata").text("fingerprint");
        ImageAliases.ensure(place.api(), in.list("alias"), fingerprint);
        session.out().println("Image built with fingerprint: " + fingerprint);
    }

    private static void copy(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place from = session.place(in.arg(0));
        if (!in.arg(1).endsWith(":")) {
            throw new CliException("the target is a remote, written with a colon: \"" + in.arg(1) + ":\"");
        }
        Place to = session.place(in.arg(1));
        if (from.remote().equals(to.remote()) && !in.has("target-project")) {
            throw new CliException("Can't copy an image onto itself; name another remote or --target-project");
        }
        if (!in.text("mode").equals("pull")) {
            throw new CliException("only --mode=pull is known");
        }
        ApiClient api = in.has("target-project") ? to.api().inProject(in.text("target-project")) : to.api();
        JsonObject source = ImageSources.source(session, from, to, in.has("vm"));
        if (from.remote().equals(to.remote())) {
            source.put(
                    "project", session.project(from.remote()).isEmpty() ? "default" : session.project(from.remote()));
        }
        JsonObject body = new JsonObject()
                .put("source", source)
                .put("public", in.has("public"))
                .put("auto_update", in.has("auto-update"));
        JsonObject operation = Operations.run(session, api, "POST", "/1.0/images", body, "Copying the image");
        String fingerprint = operation.object("metadata").text("fingerprint");
        if (fingerprint.isEmpty()) {
            fingerprint = source.text("fingerprint");
        }
        List<String> aliases = new ArrayList<>(in.list("alias"));
        if (in.has("copy-aliases") && !from.settings().isImagesOnly()) {
            for (JsonObject alias : image(from).objects("aliases")) {
                aliases.add(alias.text("name"));
            }
        }
        ImageAliases.ensure(api, aliases, fingerprint);
        session.out().println("Image copied successfully!");
    }

    private static void edit(Session session, Place place)
            throws IOException, ApiException, CliException, InterruptedException {
        ApiClient api = place.api();
        String path = path(api, place);
        ApiAnswer answer = api.call("GET", path, null);
        new Edits() {
            @Override
            protected void save(JsonObject edited) throws IOException, ApiException {
                api.call("PUT", path, Fields.writable(edited, Fields.IMAGE), answer.etag());
            }
        }.run(session, Fields.writable(answer.object(), Fields.IMAGE), EDIT_HELP);
    }

    private static void property(Invocation in, Place place) throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        String path = path(api, place);
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject image = answer.object();
        JsonObject properties = image.object("properties");
        if (in.name().equals("set-property")) {
            properties.put(in.arg(1), in.arg(2));
        } else {
            if (!properties.has(in.arg(1))) {
                throw new CliException("Property not found");
            }
            properties.remove(in.arg(1));
        }
        image.put("properties", properties);
        api.call("PUT", path, Fields.writable(image, Fields.IMAGE), answer.etag());
    }

    private static void info(Output out, JsonObject image) {
        out.println("Fingerprint: " + image.text("fingerprint"));
        out.println("Size: " + megabytes(image.number("size")));
        out.println("Architecture: " + image.text("architecture"));
        out.println("Type: " + image.text("type"));
        out.println("Public: " + (image.flag("public") ? "yes" : "no"));
        out.println("Timestamps:");
        if (Times.isSet(image.text("created_at"))) {
            out.println("    Created: " + Times.minute(image.text("created_at")));
        }
        out.println("    Uploaded: " + Times.minute(image.text("uploaded_at")));
        out.println("    Expires: " + orNever(image.text("expires_at")));
        out.println("    Last used: " + orNever(image.text("last_used_at")));
        out.println("Properties:");
        JsonObject properties = image.object("properties");
        for (String key : properties.keys()) {
            out.println("    " + key + ": " + properties.text(key));
        }
        out.println("Aliases:");
        for (JsonObject alias : image.objects("aliases")) {
            String description = alias.text("description");
            out.println("    - " + alias.text("name") + (description.isEmpty() ? "" : " (" + description + ")"));
        }
        out.println("Cached: " + (image.flag("cached") ? "yes" : "no"));
        out.println("Auto update: " + (image.flag("auto_update") ? "enabled" : "disabled"));
        JsonObject source = image.object("update_source");
        if (!source.isEmpty()) {
            out.println("Source:");
            out.println("    Server: " + source.text("server"));
            out.println("    Protocol: " + source.text("protocol"));
            out.println("    Alias: " + source.text("alias"));
        }
        out.println("Profiles:");
        List<String> profiles = image.texts("profiles");
        for (String profile : profiles) {
            out.println("    - " + profile);
        }
        if (profiles.isEmpty()) {
            out.println("    []");
        }
    }

    private static String orNever(String time) {
        return Times.isSet(time) ? Times.minute(time) : "never";
    }

    private static String megabytes(long bytes) {
        return Units.fixed(bytes / 1024.0 / 1024.0, 2) + "MB";
    }

    private static void list(Invocation in, Session session) throws IOException, ApiException, CliException {
        int first = in.count() > 0 && in.arg(0).indexOf(':') > 0 ? 1 : 0;
        Place place = session.remote(first == 1 ? in.arg(0) : "");
        ArrayList<String> filters = new ArrayList<>(in.argsFrom(first));
        if (!place.name().isEmpty()) {
            filters.add(0, place.name());
        }
        Remote remote = place.settings();
        List<JsonObject> images = remote.protocol().equals("bootstrap")
                ? BuiltImages.list(remote.address())
                : remote.protocol().equals("simplestreams")
                        ? SimpleStreams.list(remote)
                        : place.api().getList("/1.0/images?recursion=1");
        ArrayList<JsonObject> shown = new ArrayList<>();
        for (JsonObject image : images) {
            if (fits(image, filters)) {
                shown.add(image);
            }
        }
        String columns = in.text("columns");
        String[] headers = new String[columns.length()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = header(columns, i);
        }
        Table table = new Table(headers);
        for (JsonObject image : shown) {
            String[] row = new String[headers.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = value(image, columns.charAt(i));
            }
            table.add(row);
        }
        table.sort();
        Lists.print(session, in.text("format"), table, shown);
    }

    private static boolean fits(JsonObject image, List<String> filters) {
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            if (equals > 0) {
                String key = filter.substring(0, equals);
                String value = filter.substring(equals + 1);
                String actual = image.object("properties").has(key)
                        ? image.object("properties").text(key)
                        : image.text(key);
                if (!actual.equalsIgnoreCase(value)
                        && !(value.endsWith(".*") && actual.startsWith(value.substring(0, value.length() - 2)))) {
                    return false;
                }
                continue;
            }
            boolean found = image.text("fingerprint").startsWith(filter);
            for (JsonObject alias : image.objects("aliases")) {
                found |= alias.text("name").contains(filter);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static String header(String columns, int at) throws CliException {
        return switch (columns.charAt(at)) {
            case 'l' -> "ALIAS";
            case 'L' -> "ALIASES";
            case 'f', 'F' -> "FINGERPRINT";
            case 'p' -> "PUBLIC";
            case 'd' -> "DESCRIPTION";
            case 'a' -> "ARCHITECTURE";
            case 't' -> "TYPE";
            case 's' -> "SIZE";
            case 'u' -> "UPLOAD DATE";
            default ->
                throw new CliException(
                        "Unknown column shorthand char '" + columns.charAt(at) + "' in '" + columns + "'");
        };
    }

    private static String value(JsonObject image, char column) {
        return switch (column) {
            case 'l' -> shortest(image.objects("aliases"));
            case 'L' -> all(image.objects("aliases"));
            case 'f' ->
                image.text("fingerprint").length() > 12
                        ? image.text("fingerprint").substring(0, 12)
                        : image.text("fingerprint");
            case 'F' -> image.text("fingerprint");
            case 'p' -> image.flag("public") ? "yes" : "no";
            case 'd' -> image.object("properties").text("description");
            case 'a' -> image.text("architecture");
            case 't' -> image.text("type").toUpperCase(Locale.ROOT);
            case 's' -> image.number("size") == 0 ? "" : megabytes(image.number("size"));
            default -> Times.isSet(image.text("uploaded_at")) ? Times.words(image.text("uploaded_at")) : "";
        };
    }

    private static String shortest(List<JsonObject> aliases) {
        String shortest = "";
        for (JsonObject alias : aliases) {
            String name = alias.text("name");
            if (shortest.isEmpty() || name.length() < shortest.length()) {
                shortest = name;
            }
        }
        return aliases.size() < 2 ? shortest : shortest + " (" + (aliases.size() - 1) + " more)";
    }

    private static String all(List<JsonObject> aliases) {
        StringBuilder out = new StringBuilder();
        for (JsonObject alias : aliases) {
            out.append(out.length() == 0 ? "" : "\n").append(alias.text("name"));
        }
        return out.toString();
    }
}
