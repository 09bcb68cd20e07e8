package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// `lxc project`.
public final class ProjectCommand implements Command {
    private static final ConfigFamily FAMILY = new ConfigFamily(
            "projects",
            Fields.CONFIG,
            "A project. Lines that begin with # do not count. The name cannot be changed here.");

    @Override
    public Spec spec() {
        String project = "[<remote>:]<project>";
        return Spec.group(
                "project",
                "Manage projects",
                Spec.leaf("create", project, 1, 1, "Create a project").list('c', "config", "Set a key: key=value"),
                Spec.leaf("delete", project, 1, 1, "Delete a project").alias("rm"),
                Spec.leaf("edit", project, 1, 1, "Edit a project as YAML"),
                Spec.leaf("get", project + " <key>", 2, 2, "Print the value of a key"),
                Spec.leaf("info", project, 1, 1, "Tell what a project uses of its limits")
                        .format(),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List projects")
                        .alias("ls")
                        .format(),
                Spec.leaf("rename", project + " <new-name>", 2, 2, "Rename a project")
                        .alias("mv"),
                Spec.leaf("set", project + " <key>=<value>...", 2, -1, "Set keys"),
                Spec.leaf("show", project, 1, 1, "Print a project as YAML"),
                Spec.leaf("switch", project, 1, 1, "Work in another project from now on"),
                Spec.leaf("unset", project + " <key>", 2, 2, "Unset a key"));
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        if (FAMILY.run(in, session)) {
            return 0;
        }
        if (in.name().equals("list")) {
            return list(in, session);
        }
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        switch (in.name()) {
            case "create" -> {
                JsonObject config = new JsonObject();
                KeyValues.put(config, in.list("config"), false);
                api.call(
                        "POST",
                        "/1.0/projects",
                        new JsonObject().put("name", place.name()).put("config", config));
                tell(session, "Project " + place.name() + " created");
            }
            case "delete" -> {
                api.call("DELETE", FAMILY.path(place), null);
                tell(session, "Project " + place.name() + " deleted");
                if (place.name().equals(place.settings().project())) {
                    use(session, place.remote(), "default");
                }
            }
            case "rename" -> {
                api.run("POST", FAMILY.path(place), new JsonObject().put("name", in.arg(1)));
                tell(session, "Project " + place.name() + " renamed to " + in.arg(1));
            }
            case "switch" -> {
                api.get(FAMILY.path(place));
                use(session, place.remote(), place.name());
            }
            default -> info(in, session, place);
        }
        return 0;
    }

    private static void tell(Session session, String what) {
        if (!session.isQuiet()) {
            session.out().println(what);
        }
    }

    private static void use(Session session, String remote, String project) throws IOException {
        Remote settings = session.config().remotes().get(remote);
        if (settings != null) {
            session.config().remotes().put(remote, settings.withProject(project));
            session.config().save();
        }
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place remote = session.remote(in.argOrEmpty(0));
        List<JsonObject> projects = remote.api().getList("/1.0/projects?recursion=1");
        String current = session.project(remote.remote());
        Table table = new Table("NAME", "IMAGES", "PROFILES", "STORAGE VOLUMES", "NETWORKS", "DESCRIPTION", "USED BY");
        for (JsonObject project : projects) {
            String name = project.text("name");
            boolean chosen = name.equals(current.isEmpty() ? "default" : current);
            JsonObject config = project.object("config");
            table.add(
                    chosen ? name + " (current)" : name,
                    feature(config, "features.images"),
                    feature(config, "features.profiles"),
                    feature(config, "features.storage.volumes"),
                    feature(config, "features.networks"),
                    project.text("description"),
                    Integer.toString(project.texts("used_by").size()));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, projects);
        return 0;
    }

    private static String feature(JsonObject config, String key) {
        return config.text(key).equals("true") ? "YES" : "NO";
    }

    private static void info(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException {
        JsonObject state = place.api().get(FAMILY.path(place) + "/state");
        JsonObject resources = state.object("resources");
        Table table = new Table("RESOURCE", "LIMIT", "USAGE");
        for (String name : resources.keys()) {
            JsonObject resource = resources.object(name);
            boolean bytes = name.equals("memory") || name.equals("disk");
            long limit = resource.number("Limit");
            table.add(
                    name.toUpperCase(Locale.ROOT),
                    limit < 0 ? "UNLIMITED" : amount(limit, bytes),
                    amount(resource.number("Usage"), bytes));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, state);
    }

    private static String amount(long value, boolean bytes) {
        return bytes ? Units.binary(value) : Long.toString(value);
    }
}
