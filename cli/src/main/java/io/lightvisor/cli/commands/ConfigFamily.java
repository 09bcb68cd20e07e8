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
import java.io.IOException;

/// What profiles, networks, storage pools and projects have in common: an object under a name, with `config`, to be
/// shown, edited, and asked for or given single keys.
final class ConfigFamily {
    private final String collection;
    private final String[] writable;
    private final String help;

    /// `collection` as in `profiles`; `writable` the fields that may be written back.
    ConfigFamily(String collection, String[] writable, String help) {
        this.collection = collection;
        this.writable = writable;
        this.help = help;
    }

    String path(Place place) {
        return "/1.0/" + collection + "/" + place.segment();
    }

    private String path(Invocation in, Place place) {
        return path(place) + (in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "");
    }

    /// Runs `show`, `edit`, `get`, `set`, `unset`; answers false if the command is none of these.
    boolean run(Invocation in, Session session) throws IOException, ApiException, CliException, InterruptedException {
        switch (in.name()) {
            case "show" -> {
                Place place = session.place(in.arg(0));
                session.out().print(YamlText.of(place.api().get(path(in, place))));
            }
            case "get" -> {
                Place place = session.place(in.arg(0));
                session.out()
                        .println(place.api()
                                .get(path(in, place))
                                .object("config")
                                .text(in.arg(1)));
            }
            case "set", "unset" -> change(in, session.place(in.arg(0)));
            case "edit" -> edit(in, session, session.place(in.arg(0)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void change(Invocation in, Place place) throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        ApiAnswer answer = api.call("GET", path(in, place), null);
        JsonObject object = answer.object();
        JsonObject config = object.object("config");
        if (in.name().equals("set")) {
            KeyValues.set(config, in.argsFrom(1));
        } else {
            if (!config.has(in.arg(1))) {
                throw new CliException("Can't unset key '" + in.arg(1) + "', it's not currently set");
            }
            config.remove(in.arg(1));
        }
        object.put("config", config);
        api.finish(api.call("PUT", path(in, place), Fields.writable(object, writable), answer.etag()));
    }

    private void edit(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException, InterruptedException {
        ApiClient api = place.api();
        ApiAnswer answer = api.call("GET", path(in, place), null);
        String[] fields = writable;
        String path = path(in, place);
        new Edits() {
            @Override
            protected void save(JsonObject edited) throws IOException, ApiException {
                api.finish(api.call("PUT", path, Fields.writable(edited, fields), answer.etag()));
            }
        }.run(session, answer.object(), help);
    }
}
