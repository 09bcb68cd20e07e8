package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.List;

/// `lxc config`: of instances, and of the server where no instance is named.
public final class ConfigCommand implements Command {
    private static final String EDIT_HELP = "The configuration of an instance. Lines that begin with # do not count.\n"
            + "\nThe name cannot be changed here: see \"lxc rename\". For example:\n"
            + "config:\n  limits.memory: 1GiB\ndevices:\n  data:\n    type: disk\n    source: /srv/data\n    path: /data";

    @Override
    public Spec spec() {
        return Spec.group(
                "config",
                "Manage the configuration of instances and of the server",
                new Devices(false).spec(),
                target(Spec.leaf(
                        "edit", "[<remote>:][<instance>[/<snapshot>]]", 0, 1, "Edit the configuration as YAML")),
                target(Spec.leaf("get", "[<remote>:][<instance>] <key>", 1, 2, "Print the value of a key")
                        .flag('e', "expanded", "With what the profiles give")),
                new InstanceMetadata().metadata(),
                target(Spec.leaf("set", "[<remote>:][<instance>] <key>=<value>...", 1, -1, "Set keys")
                        .details("  lxc config set c1 limits.cpu=2 limits.memory=1GiB\n"
                                + "  lxc config set core.https_address=:8443        (of the server)\n"
                                + "A value of - is read from standard input.")),
                target(Spec.leaf(
                                "show", "[<remote>:][<instance>[/<snapshot>]]", 0, 1, "Print the configuration as YAML")
                        .flag('e', "expanded", "With what the profiles give")),
                new InstanceMetadata().template(),
                new Trust().spec(),
                target(Spec.leaf("unset", "[<remote>:][<instance>] <key>", 1, 2, "Unset a key")));
    }

    private static Spec target(Spec spec) {
        return spec.text(' ', "target", "", "The cluster member whose server configuration is meant");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        String key = in.spec().key();
        if (key.startsWith("config device")) {
            return new Devices(false).run(in, session);
        }
        if (key.startsWith("config trust")) {
            return new Trust().run(in, session);
        }
        if (key.startsWith("config metadata") || key.startsWith("config template")) {
            return new InstanceMetadata().run(in, session);
        }
        return switch (in.name()) {
            case "show" -> show(in, session);
            case "edit" -> edit(in, session);
            case "get" -> get(in, session);
            case "set" -> set(in, session);
            default -> unset(in, session);
        };
    }

    private static String server(Invocation in) {
        return "/1.0" + (in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "");
    }

    private static String path(Place place) {
        String path = "/1.0/instances/" + ApiClient.segment(place.owner());
        return place.part().isEmpty() ? path : path + "/snapshots/" + ApiClient.segment(place.part());
    }

    private static int show(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.remote(in.argOrEmpty(0));
        if (place.name().isEmpty()) {
            JsonObject server = place.api().get(server(in));
            session.out().print(YamlText.of(Fields.writable(server, "config")));
            return 0;
        }
        JsonObject instance = place.api().get(path(place));
        boolean snapshot = !place.part().isEmpty();
        if (in.has("expanded")) {
            instance.put("config", instance.get("expanded_config"));
            instance.put("devices", instance.get("expanded_devices"));
        }
        session.out().print(YamlText.of(snapshot ? instance : Fields.writable(instance, Fields.INSTANCE)));
        return 0;
    }

    private static int edit(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        Place place = session.remote(in.argOrEmpty(0));
        ApiClient api = place.api();
        boolean ofServer = place.name().isEmpty();
        String path = ofServer ? server(in) : path(place);
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject now = ofServer
                ? Fields.writable(answer.object(), "config")
                : place.part().isEmpty()
                        ? Fields.writable(answer.object(), Fields.INSTANCE)
                        : Fields.writable(answer.object(), "expires_at");
        new Edits() {
            @Override
            protected void save(JsonObject edited) throws IOException, ApiException {
                JsonObject body = ofServer
                        ? Fields.writable(edited, "config")
                        : place.part().isEmpty()
                                ? Fields.writable(edited, Fields.INSTANCE)
                                : Fields.writable(edited, "expires_at");
                api.finish(api.call("PUT", path, body, answer.etag()));
            }
        }.run(
                session,
                now,
                ofServer ? "The configuration of the server. Lines that begin with # do not count." : EDIT_HELP);
        return 0;
    }

    private static int get(Invocation in, Session session) throws IOException, ApiException, CliException {
        boolean named = in.count() == 2;
        Place place = session.remote(named ? in.arg(0) : "");
        String key = in.arg(named ? 1 : 0);
        if (place.name().isEmpty()) {
            session.out().println(place.api().get(server(in)).object("config").text(key));
            return 0;
        }
        JsonObject instance = place.api().get(path(place));
        session.out()
                .println(instance.object(in.has("expanded") ? "expanded_config" : "config")
                        .text(key));
        return 0;
    }

    private static int set(Invocation in, Session session) throws IOException, ApiException, CliException {
        // "set c1 key=value", "set key=value" (server), and the old "set c1 key value", "set key value".
        String first = in.arg(0);
        boolean ofServer =
                first.indexOf('=') >= 0 || (in.count() == 2 && in.arg(1).indexOf('=') < 0) || first.endsWith(":");
        boolean oldOfServer = ofServer && first.indexOf('=') < 0 && !first.endsWith(":");
        if (ofServer) {
            Place remote = session.remote(first.endsWith(":") ? first : "");
            List<String> words = first.endsWith(":") ? in.argsFrom(1) : in.args();
            if (oldOfServer && first.indexOf('.') < 0) {
                throw new CliException("cannot set '" + first + "' to '" + in.arg(1) + "': unknown key");
            }
            JsonObject config = new JsonObject();
            keepEmpty(config, words);
            remote.api().call("PATCH", server(in), new JsonObject().put("config", config));
            return 0;
        }
        if (in.count() < 2) {
            throw new CliException("Invalid number of arguments");
        }
        Place place = session.place(first);
        ApiClient api = place.api();
        ApiAnswer answer = api.call("GET", path(place), null);
        JsonObject instance = answer.object();
        if (!place.part().isEmpty()) {
            KeyValues.set(instance, in.argsFrom(1));
            api.finish(api.call("PUT", path(place), Fields.writable(instance, "expires_at"), answer.etag()));
            return 0;
        }
        JsonObject config = instance.object("config");
        KeyValues.set(config, in.argsFrom(1));
        instance.put("config", config);
        api.finish(api.call("PUT", path(place), Fields.writable(instance, Fields.INSTANCE), answer.etag()));
        return 0;
    }

    /// For PATCH an empty value is what unsets a key.
    private static void keepEmpty(JsonObject config, List<String> words) throws CliException, IOException {
        KeyValues.set(config, words);
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0 && !config.has(word.substring(0, equals))) {
                config.put(word.substring(0, equals), "");
            }
        }
        if (words.size() == 2 && words.get(0).indexOf('=') < 0 && !config.has(words.get(0))) {
            config.put(words.get(0), "");
        }
    }

    private static int unset(Invocation in, Session session) throws IOException, ApiException, CliException {
        boolean named = in.count() == 2;
        Place place = session.remote(named ? in.arg(0) : "");
        String key = in.arg(named ? 1 : 0);
        ApiClient api = place.api();
        if (place.name().isEmpty()) {
            JsonObject config = new JsonObject().put(key, "");
            api.call("PATCH", server(in), new JsonObject().put("config", config));
            return 0;
        }
        ApiAnswer answer = api.call("GET", path(place), null);
        JsonObject instance = answer.object();
        JsonObject config = instance.object("config");
        if (!config.has(key)) {
            throw new CliException("Can't unset key '" + key + "', it's not currently set");
        }
        config.remove(key);
        api.finish(api.call("PUT", path(place), Fields.writable(instance, Fields.INSTANCE), answer.etag()));
        return 0;
    }
}
