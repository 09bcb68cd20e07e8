package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.config.Yaml;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc launch` and `lxc init`: a new instance out of an image.
public final class CreateCommand implements Command {
    private final boolean start;

    /// The one that starts it, or the one that does not.
    public CreateCommand(boolean start) {
        this.start = start;
    }

    @Override
    public Spec spec() {
        Spec spec = Spec.leaf(
                        start ? "launch" : "init",
                        "[<remote>:]<image> [<remote>:][<name>]",
                        0,
                        2,
                        start ? "Create an instance from an image and start it" : "Create an instance from an image")
                .list('c', "config", "Set a configuration key: key=value")
                .list('d', "device", "Set a key of a device, of the profile or new: eth0,name=lan0")
                .flag(' ', "empty", "Create it without an image")
                .flag('e', "ephemeral", "Delete it when it stops")
                .text('n', "network", "", "Connect it to this network")
                .flag(' ', "no-profiles", "Use no profile at all")
                .list('p', "profile", "Use this profile instead of \"default\"; may be given again")
                .text('s', "storage", "", "Keep it in this storage pool")
                .text(' ', "target", "", "The cluster member to create it on")
                .text('t', "type", "", "Its size, as clouds have them (t2.micro) or as c2-m4")
                .flag(' ', "vm", "Create a virtual machine");
        if (start) {
            spec.optional("console", "console", "Attach to its console at once");
        } else {
            spec.rare();
        }
        return spec.details("""
                Images: a name (alias) or fingerprint of the server's own, or remote:image. Built in are debian: (built by the
                server from its package mirror), busybox:, images: and ubuntu:.
                  lxc launch debian:12 first
                  lxc launch debian:13 web -c limits.memory=1GiB -c limits.cpu=2
                  lxc launch debian:12 c1 < config.yaml     (configuration, devices, profiles from YAML)""");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        boolean empty = in.has("empty");
        if (in.count() == 0 && !empty) {
            throw new CliException("which image? For example: lxc launch debian:12 first");
        }
        if (empty && in.count() > 1) {
            throw new CliException("--empty cannot be combined with an image name");
        }
        Place image = empty ? session.remote("") : session.place(in.arg(0));
        String second = in.argOrEmpty(empty ? 0 : 1);
        Place place;
        if (second.isEmpty()) {
            place = image.settings().isImagesOnly() ? session.remote("") : image.named("");
        } else {
            place = session.place(second);
        }
        ApiClient api = place.api();
        JsonObject body = fromStandardInput();
        body.put("name", place.name());
        body.put("architecture", body.text("architecture"));
        body.put("type", in.has("vm") ? "virtual-machine" : "container");
        if (in.has("type")) {
            body.put("instance_type", in.text("type"));
        }
        if (in.has("ephemeral")) {
            body.put("ephemeral", true);
        }
        profiles(in, body);
        JsonObject config = body.object("config");
        KeyValues.put(config, in.list("config"), false);
        body.put("config", config);
        session.out().println((place.name().isEmpty() ? "Creating the instance" : "Creating " + place.name()));
        session.out().flush();
        body.put("devices", devices(in, api, body));
        body.put(
                "source",
                empty
                        ? new JsonObject().put("type", "none")
                        : ImageSources.source(session, image, place, in.has("vm")));
        String path = "/1.0/instances" + (in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "");
        JsonObject operation = Operations.run(session, api, "POST", path, body, "Creating");
        String name = place.name().isEmpty() ? nameOf(operation) : place.name();
        if (place.name().isEmpty()) {
            session.out().println("Instance name is: " + name);
        }
        if (!start) {
            warnIfAlone(session, api, name);
            return 0;
        }
        Place made = place.named(name);
        session.out().println("Starting " + name);
        session.out().flush();
        StateCommand.change(
                session, made, new JsonObject().put("action", "start").put("timeout", -1), "Starting");
        warnIfAlone(session, api, name);
        if (in.has("console")) {
            return ConsoleCommand.attach(session, made, in.text("console"));
        }
        return 0;
    }

    private static JsonObject fromStandardInput() throws IOException {
        if (Terminal.isInput()) {
            return new JsonObject();
        }
        return Edits.typed(Yaml.object(Terminal.inputText()));
    }

    private static void profiles(Invocation in, JsonObject body) throws CliException {
        if (in.has("no-profiles")) {
            if (in.has("profile")) {
                throw new CliException("--no-profiles and --profile exclude each other");
            }
            body.put("profiles", new ArrayList<String>());
        } else if (in.has("profile")) {
            ArrayList<String> names = new ArrayList<>();
            for (String given : in.list("profile")) {
                for (String name : given.split(",", -1)) {
                    names.add(name);
                }
            }
            body.put("profiles", names);
        }
    }

    /// The devices of the body with what `-n`, `-s` and `-d` say; what they change of a profile's device is laid over
    /// it.
    private static JsonObject devices(Invocation in, ApiClient api, JsonObject body)
            throws IOException, ApiException, CliException {
        JsonObject devices = body.object("devices");
        if (!in.has("network") && !in.has("storage") && !in.has("device")) {
            return devices;
        }
        JsonObject inherited =
                Profiles.devices(api, body.has("profiles") ? body.texts("profiles") : List.of("default"));
        if (in.has("network")) {
            JsonObject nic = Networks.nic(api, in.text("network"));
            String name = nic.text("name");
            devices.put(name, nic);
        }
        if (in.has("storage")) {
            String root = Profiles.root(devices, inherited);
            JsonObject disk = copy(root.isEmpty() ? new JsonObject() : pick(devices, inherited, root));
            disk.put("type", "disk").put("path", "/").put("pool", in.text("storage"));
            devices.put(root.isEmpty() ? "root" : root, disk);
        }
        for (String given : in.list("device")) {
            int comma = given.indexOf(',');
            if (comma <= 0) {
                throw new CliException("Bad syntax, expecting <device>,<key>=<value>: " + given);
            }
            String name = given.substring(0, comma);
            JsonObject device = copy(pick(devices, inherited, name));
            KeyValues.put(device, List.of(given.substring(comma + 1)), false);
            devices.put(name, device);
        }
        return devices;
    }

    private static JsonObject pick(JsonObject devices, JsonObject inherited, String name) {
        return devices.has(name) ? devices.object(name) : inherited.object(name);
    }

    private static JsonObject copy(JsonObject of) {
        JsonObject copy = new JsonObject();
        for (String key : of.keys()) {
            copy.put(key, of.get(key));
        }
        return copy;
    }

    private static String nameOf(JsonObject operation) throws CliException {
        JsonObject resources = operation.object("resources");
        for (String kind : new String[] {"instances", "containers"}) {
            List<String> urls = resources.texts(kind);
            if (!urls.isEmpty()) {
                String url = urls.get(0);
                int query = url.indexOf('?');
                return url.substring(url.lastIndexOf('/') + 1, query < 0 ? url.length() : query);
            }
        }
        throw new CliException("Failed to get instance name from server");
    }

    /// Tells a person (not a script) that the instance has no network.
    private static void warnIfAlone(Session session, ApiClient api, String name) throws IOException, ApiException {
        if (session.isQuiet() || !Terminal.isOutput()) {
            return;
        }
        JsonObject devices =
                api.get("/1.0/instances/" + ApiClient.segment(name)).object("expanded_devices");
        for (String device : devices.keys()) {
            if (devices.object(device).text("type").equals("nic")) {
                return;
            }
        }
        session.err()
                .println("\n" + name
                        + " has no network. See \"lxc network list\"; \"lxc network create lxdbr0\" makes one,"
                        + " \"lxc network attach lxdbr0 " + name + "\" connects it.");
    }
}
