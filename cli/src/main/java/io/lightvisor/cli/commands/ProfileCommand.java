package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc profile`.
public final class ProfileCommand implements Command {
    private static final ConfigFamily FAMILY = new ConfigFamily(
            "profiles",
            Fields.PROFILE,
            "A profile: configuration and devices that instances share. Lines that begin with # do not count.\n"
                    + "\nThe name and what uses it cannot be changed here.");

    @Override
    public Spec spec() {
        String profile = "[<remote>:]<profile>";
        return Spec.group(
                "profile",
                "Manage profiles",
                Spec.leaf("add", "[<remote>:]<instance> <profile>", 2, 2, "Give an instance one more profile"),
                Spec.leaf("assign", "[<remote>:]<instance> <profiles>", 2, 2, "Give an instance exactly these profiles")
                        .alias("apply")
                        .details("Profiles are divided by commas; the later ones count more. \"\" leaves none."),
                Spec.leaf("copy", profile + " " + profile, 2, 2, "Copy a profile")
                        .alias("cp")
                        .text(' ', "target-project", "", "Into this project"),
                Spec.leaf("create", profile, 1, 1, "Create a profile"),
                Spec.leaf("delete", profile, 1, 1, "Delete a profile").alias("rm"),
                new Devices(true).spec(),
                Spec.leaf("edit", profile, 1, 1, "Edit a profile as YAML"),
                Spec.leaf("get", profile + " <key>", 2, 2, "Print the value of a key"),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List profiles")
                        .alias("ls")
                        .format(),
                Spec.leaf("remove", "[<remote>:]<instance> <profile>", 2, 2, "Take a profile from an instance"),
                Spec.leaf("rename", profile + " <new-name>", 2, 2, "Rename a profile")
                        .alias("mv"),
                Spec.leaf("set", profile + " <key>=<value>...", 2, -1, "Set keys"),
                Spec.leaf("show", profile, 1, 1, "Print a profile as YAML"),
                Spec.leaf("unset", profile + " <key>", 2, 2, "Unset a key"));
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        if (in.spec().key().startsWith("profile device")) {
            return new Devices(true).run(in, session);
        }
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
                api.call("POST", "/1.0/profiles", new JsonObject().put("name", place.name()));
                tell(session, "Profile " + place.name() + " created");
            }
            case "delete" -> {
                api.call("DELETE", FAMILY.path(place), null);
                tell(session, "Profile " + place.name() + " deleted");
            }
            case "rename" -> {
                api.call("POST", FAMILY.path(place), new JsonObject().put("name", in.arg(1)));
                tell(session, "Profile " + place.name() + " renamed to " + in.arg(1));
            }
            case "copy" -> copy(in, session, place);
            default -> assign(in, session, place);
        }
        return 0;
    }

    private static void tell(Session session, String what) {
        if (!session.isQuiet()) {
            session.out().println(what);
        }
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        List<JsonObject> profiles = session.remote(in.argOrEmpty(0)).api().getList("/1.0/profiles?recursion=1");
        Table table = new Table("NAME", "DESCRIPTION", "USED BY");
        for (JsonObject profile : profiles) {
            table.add(
                    profile.text("name"),
                    profile.text("description"),
                    Integer.toString(profile.texts("used_by").size()));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, profiles);
        return 0;
    }

    private static void copy(Invocation in, Session session, Place from)
            throws IOException, ApiException, CliException {
        Place to = session.place(in.arg(1));
        JsonObject profile = from.api().get(FAMILY.path(from));
        JsonObject body = Fields.writable(profile, Fields.PROFILE);
        ApiClient api = in.has("target-project") ? to.api().inProject(in.text("target-project")) : to.api();
        api.call("POST", "/1.0/profiles", body.put("name", to.name().isEmpty() ? from.name() : to.name()));
    }

    private static void assign(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        String path = "/1.0/instances/" + place.segment();
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject instance = answer.object();
        List<String> profiles = instance.texts("profiles");
        String name = in.arg(1);
        String told;
        switch (in.name()) {
            case "add" -> {
                profiles.add(name);
                told = "Profile " + name + " added to " + place.name();
            }
            case "remove" -> {
                if (!profiles.remove(name)) {
                    throw new CliException("Profile " + name + " isn't currently applied to " + place.name());
                }
                told = "Profile " + name + " removed from " + place.name();
            }
            default -> {
                profiles = new ArrayList<>();
                if (!name.isEmpty()) {
                    for (String each : name.split(",", -1)) {
                        profiles.add(each);
                    }
                }
                told = "Profiles " + (name.isEmpty() ? "(none)" : name) + " applied to " + place.name();
            }
        }
        instance.put("profiles", profiles);
        api.finish(api.call("PUT", path, Fields.writable(instance, Fields.INSTANCE), answer.etag()));
        tell(session, told);
    }
}
