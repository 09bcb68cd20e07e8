package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
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

/// `lxc publish`: an image out of an instance.
public final class PublishCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf(
                        "publish",
                        "[<remote>:]<instance>[/<snapshot>] [<remote>:] [flags] [key=value...]",
                        1,
                        -1,
                        "Make an image out of an instance")
                .list(' ', "alias", "Give it this name; may be given again")
                .text(' ', "compression", "", "How to compress it (none for not at all)")
                .text(' ', "expire", "", "When the image may go (as RFC 3339 has it)")
                .flag('f', "force", "Stop the instance meanwhile if it runs")
                .flag(' ', "public", "Let everybody have it");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        ArrayList<String> properties = new ArrayList<>();
        for (String word : in.argsFrom(1)) {
            if (word.endsWith(":") && word.indexOf('=') < 0) {
                if (!session.place(word).remote().equals(place.remote())) {
                    throw new CliException("publish to the instance's own server, then \"lxc image copy\" it");
                }
            } else {
                properties.add(word);
            }
        }
        boolean snapshot = !place.part().isEmpty();
        String path = "/1.0/instances/" + ApiClient.segment(place.owner());
        JsonObject instance = api.get(path);
        boolean running = !snapshot && instance.number("status_code") != 102;
        if (running) {
            if (!in.has("force")) {
                throw new CliException(
                        "The instance is currently running. Use --force to have it stopped and restarted");
            }
            JsonObject stop =
                    new JsonObject().put("action", "stop").put("timeout", -1).put("force", true);
            Operations.run(session, api, "PUT", path + "/state", stop, "Stopping");
        }
        JsonObject set = new JsonObject();
        KeyValues.put(set, properties, false);
        JsonObject body = new JsonObject()
                .put(
                        "source",
                        new JsonObject()
                                .put("type", snapshot ? "snapshot" : "instance")
                                .put("name", place.name()))
                .put("public", in.has("public"))
                .put("properties", set.isEmpty() ? null : set)
                .putText("compression_algorithm", in.text("compression"))
                .putText("expires_at", in.text("expire"));
        String fingerprint;
        try {
            JsonObject operation = Operations.run(session, api, "POST", "/1.0/images", body, "Publishing instance");
            fingerprint = operation.object("metadata").text("fingerprint");
        } finally {
            if (running) {
                JsonObject start = new JsonObject().put("action", "start").put("timeout", -1);
                Operations.run(session, api, "PUT", path + "/state", start, "Starting");
            }
        }
        ImageAliases.ensure(api, in.list("alias"), fingerprint);
        session.out().println("Instance published with fingerprint: " + fingerprint);
        return 0;
    }
}
