package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.util.Locale;

/// `lxc delete`.
public final class DeleteCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf(
                        "delete",
                        "[<remote>:]<instance>[/<snapshot>] [[<remote>:]<instance>[/<snapshot>]...]",
                        1,
                        -1,
                        "Delete instances and snapshots")
                .alias("rm")
                .flag('f', "force", "Kill it first if it runs")
                .flag('i', "interactive", "Ask before each");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        for (String arg : in.args()) {
            Place place = session.place(arg);
            if (in.has("interactive")) {
                String answer = Terminal.ask(session.out(), "Remove " + place.name() + " (yes/no): ");
                if (answer == null || !(answer.toLowerCase(Locale.ROOT) + " ").startsWith("y")) {
                    throw new CliException("User aborted delete operation");
                }
            }
            ApiClient api = place.api();
            if (!place.part().isEmpty()) {
                String path = "/1.0/instances/" + ApiClient.segment(place.owner()) + "/snapshots/"
                        + ApiClient.segment(place.part());
                Operations.run(session, api, "DELETE", path, null, "Deleting");
                continue;
            }
            delete(session, place, in.has("force"));
        }
        return 0;
    }

    private static void delete(Session session, Place place, boolean force)
            throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        String path = "/1.0/instances/" + place.segment();
        JsonObject instance;
        try {
            instance = api.get(path);
        } catch (ApiException failure) {
            throw new CliException("Failed checking instance exists \"" + place.remote() + ":" + place.name() + "\": "
                    + failure.getMessage());
        }
        long status = instance.number("status_code");
        if (status != 102 && status != 112 && status != 0) {
            if (!force) {
                throw new CliException("The instance is currently running, stop it first or pass --force");
            }
            JsonObject stop =
                    new JsonObject().put("action", "stop").put("timeout", -1).put("force", true);
            try {
                Operations.run(session, api, "PUT", path + "/state", stop, "Stopping");
            } catch (ApiException failure) {
                // It may have ended by itself meanwhile; then it is to be deleted all the same.
                if (!String.valueOf(failure.getMessage()).contains("already stopped")) {
                    throw new CliException("Stopping the instance failed: " + failure.getMessage());
                }
            }
            if (instance.flag("ephemeral")) {
                return;
            }
        }
        Operations.run(session, api, "DELETE", path, null, "Deleting");
    }
}
