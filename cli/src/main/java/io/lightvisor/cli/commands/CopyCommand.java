package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc copy` and `lxc move`.
public final class CopyCommand implements Command {
    private final boolean move;

    /// The one that deletes the source, or the one that does not.
    public CopyCommand(boolean move) {
        this.move = move;
    }

    @Override
    public Spec spec() {
        Spec spec = move
                ? Spec.leaf(
                                "move",
                                "[<remote>:]<instance>[/<snapshot>] [<remote>:][<instance>[/<snapshot>]]",
                                1,
                                2,
                                "Move an instance, here or to another server")
                        .alias("mv")
                : Spec.leaf(
                                "copy",
                                "[<remote>:]<source>[/<snapshot>] [[<remote>:]<destination>]",
                                1,
                                2,
                                "Copy an instance, here or to another server")
                        .alias("cp")
                        .flag('e', "ephemeral", "Delete the copy when it stops")
                        .flag(' ', "refresh", "Only bring an earlier copy up to date");
        return spec.flag(' ', "allow-inconsistent", "Ignore files that change meanwhile")
                .list('c', "config", "Set a configuration key of the new one: key=value")
                .list('d', "device", "Set a key of a device of the new one: eth0,name=lan0")
                .flag(' ', "instance-only", "Without its snapshots")
                .text(' ', "mode", "pull", "Who moves the data: pull, push or relay")
                .flag(' ', "no-profiles", "Use no profile at all")
                .list('p', "profile", "Use this profile; may be given again")
                .flag(' ', "stateless", "Without the state of its processes")
                .text('s', "storage", "", "Keep it in this storage pool")
                .text(' ', "target", "", "The cluster member")
                .text(' ', "target-project", "", "Into this project");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        Place from = session.place(in.arg(0));
        Place to = in.count() == 2 ? session.place(in.arg(1)) : from.named("");
        if (from.name().isEmpty()) {
            throw new CliException("You must specify a source instance name");
        }
        boolean here = from.remote().equals(to.remote());
        if (move && here && !movesElsewhere(in)) {
            if (to.name().isEmpty()) {
                throw new CliException("You must specify a destination instance name");
            }
            RenameCommand.rename(from, to);
            return 0;
        }
        if (move && here) {
            moveHere(in, session, from, to);
            return 0;
        }
        String name = copy(in, session, from, to, here);
        if (to.name().isEmpty() && here) {
            session.out().println("Instance name is: " + name);
        }
        if (move) {
            Operations.run(
                    session, from.api(), "DELETE", "/1.0/instances/" + from.segment(), null, "Deleting the source");
        }
        return 0;
    }

    private static boolean movesElsewhere(Invocation in) {
        return in.has("storage")
                || in.has("target-project")
                || in.has("target")
                || in.has("config")
                || in.has("device")
                || in.has("profile")
                || in.has("no-profiles");
    }

    /// A move between pools or projects of one server is one request; what else changes is written afterwards.
    private static void moveHere(Invocation in, Session session, Place from, Place to)
            throws IOException, ApiException, CliException {
        ApiClient api = from.api();
        String name = to.name().isEmpty() ? from.name() : to.name();
        if (in.has("storage") || in.has("target-project") || in.has("target")) {
            JsonObject body = new JsonObject()
                    .put("name", name)
                    .put("migration", true)
                    .put("instance_only", in.has("instance-only"))
                    .put("allow_inconsistent", in.has("allow-inconsistent"))
                    .putText("pool", in.text("storage"))
                    .putText("project", in.text("target-project"));
            String query = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
            Operations.run(session, api, "POST", "/1.0/instances/" + from.segment() + query, body, "Moving");
        } else if (!name.equals(from.name())) {
            RenameCommand.rename(from, to);
        }
        if (!in.has("config") && !in.has("device") && !in.has("profile") && !in.has("no-profiles")) {
            return;
        }
        ApiClient there = in.has("target-project") ? api.inProject(in.text("target-project")) : api;
        String path = "/1.0/instances/" + ApiClient.segment(name);
        ApiAnswer answer = there.call("GET", path, null);
        JsonObject instance = answer.object();
        change(in, instance, instance.object("expanded_devices"));
        there.finish(there.call("PUT", path, Fields.writable(instance, Fields.INSTANCE), answer.etag()));
    }

    private static void change(Invocation in, JsonObject instance, JsonObject inherited)
            throws CliException, IOException {
        JsonObject config = instance.object("config");
        KeyValues.put(config, in.list("config"), true);
        instance.put("config", config);
        JsonObject devices = instance.object("devices");
        for (String given : in.list("device")) {
            int comma = given.indexOf(',');
            if (comma <= 0) {
                throw new CliException("Bad syntax, expecting <device>,<key>=<value>: " + given);
            }
            String name = given.substring(0, comma);
            JsonObject device = devices.has(name) ? devices.object(name) : inherited.object(name);
            KeyValues.put(device, List.of(given.substring(comma + 1)), true);
            devices.put(name, device);
        }
        instance.put("devices", devices);
        if (in.has("no-profiles")) {
            instance.put("profiles", new ArrayList<String>());
        } else if (in.has("profile")) {
            ArrayList<String> names = new ArrayList<>();
            for (String given : in.list("profile")) {
                for (String name : given.split(",", -1)) {
                    names.add(name);
                }
            }
            instance.put("profiles", names);
        }
    }

    private String copy(Invocation in, Session session, Place from, Place to, boolean here)
            throws IOException, ApiException, CliException {
        ApiClient source = from.api();
        boolean snapshot = !from.part().isEmpty();
        String path = "/1.0/instances/" + ApiClient.segment(from.owner())
                + (snapshot ? "/snapshots/" + ApiClient.segment(from.part()) : "");
        JsonObject instance = source.get(path);
        JsonObject body = Fields.writable(instance, Fields.INSTANCE);
        JsonObject config = body.object("config");
        for (String key : config.keys()) {
            if (key.startsWith("volatile.")
                    && !key.equals("volatile.base_image")
                    && !key.equals("volatile.last_state.idmap")) {
                config.remove(key);
            }
        }
        body.put("config", config);
        body.put("ephemeral", in.has("ephemeral") || (move && instance.flag("ephemeral")));
        change(in, body, instance.object("expanded_devices"));
        String name = to.name();
        if (name.isEmpty() && !here) {
            name = snapshot ? from.part() : from.owner();
        }
        body.put("name", name);
        body.put(
                "type",
                source.get("/1.0/instances/" + ApiClient.segment(from.owner())).text("type"));
        if (in.has("storage")) {
            JsonObject devices = body.object("devices");
            String root = Profiles.root(devices, instance.object("expanded_devices"));
            JsonObject disk = devices.has(root)
                    ? devices.object(root)
                    : instance.object("expanded_devices").object(root);
            devices.put(
                    root.isEmpty() ? "root" : root,
                    disk.put("type", "disk").put("path", "/").put("pool", in.text("storage")));
        }
        ApiClient target = in.has("target-project") ? to.api().inProject(in.text("target-project")) : to.api();
        if (!here) {
            throw new CliException("copying between servers needs migration, which this client does not speak yet;"
                    + " use \"lxc export\" and \"lxc import\" instead");
        }
        JsonObject what = new JsonObject()
                .put("type", "copy")
                .put("source", from.name())
                .put("project", session.project(from.remote()).isEmpty() ? "default" : session.project(from.remote()))
                .put("instance_only", in.has("instance-only"))
                .put("refresh", in.has("refresh"))
                .put("live", false)
                .put("allow_inconsistent", in.has("allow-inconsistent"))
                .putText("base-image", config.text("volatile.base_image"));
        String query = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
        JsonObject operation = Operations.run(
                session, target, "POST", "/1.0/instances" + query, body.put("source", what), "Transferring instance");
        List<String> urls = operation.object("resources").texts("instances");
        return urls.isEmpty() ? name : urls.get(0).substring(urls.get(0).lastIndexOf('/') + 1);
    }
}
