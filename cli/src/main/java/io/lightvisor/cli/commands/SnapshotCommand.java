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
import java.io.IOException;

/// `lxc snapshot` and `lxc restore`.
public final class SnapshotCommand implements Command {
    private final boolean restore;

    /// The one that goes back to a snapshot, or the one that takes it.
    public SnapshotCommand(boolean restore) {
        this.restore = restore;
    }

    @Override
    public Spec spec() {
        if (restore) {
            return Spec.leaf("restore", "[<remote>:]<instance> <snapshot>", 2, 2, "Go back to a snapshot")
                    .flag(' ', "stateful", "With the state of its processes");
        }
        return Spec.leaf("snapshot", "[<remote>:]<instance> [<snapshot name>]", 1, 2, "Take a snapshot of an instance")
                .flag(' ', "no-expiry", "Keep it for ever, whatever the instance's configuration says")
                .flag(' ', "reuse", "Delete the snapshot of that name first")
                .flag(' ', "stateful", "With the state of its processes");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String path = "/1.0/instances/" + place.segment();
        if (restore) {
            String snapshot = in.arg(1).substring(in.arg(1).indexOf('/') + 1);
            JsonObject body = new JsonObject().put("restore", snapshot).put("stateful", in.has("stateful"));
            Operations.run(session, api, "PUT", path, body, "Restoring");
            return 0;
        }
        if (in.has("reuse") && in.count() == 2) {
            try {
                api.run("DELETE", path + "/snapshots/" + ApiClient.segment(in.arg(1)), null);
            } catch (ApiException failure) {
                if (failure.code() != 404) {
                    throw failure;
                }
            }
        }
        JsonObject body = new JsonObject().put("name", in.argOrEmpty(1)).put("stateful", in.has("stateful"));
        if (in.has("no-expiry")) {
            body.put("expires_at", "0001-01-01T00:00:00Z");
        }
        Operations.run(session, api, "POST", path + "/snapshots", body, "Snapshotting");
        return 0;
    }
}
