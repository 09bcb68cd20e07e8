package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;

/// `lxc rename`.
public final class RenameCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf(
                "rename",
                "[<remote>:]<instance>[/<snapshot>] <instance>[/<snapshot>]",
                2,
                2,
                "Rename an instance or a snapshot");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place from = session.place(in.arg(0));
        Place to = in.arg(1).indexOf(':') < 0 ? from.named(in.arg(1)) : session.place(in.arg(1));
        if (!from.remote().equals(to.remote())) {
            throw new CliException("Can't specify a different remote for rename");
        }
        rename(from, to);
        return 0;
    }

    static void rename(Place from, Place to) throws IOException, ApiException, CliException {
        ApiClient api = from.api();
        if (from.part().isEmpty()) {
            if (!to.part().isEmpty()) {
                throw new CliException("Invalid new name: an instance's holds no slash");
            }
            api.run("POST", "/1.0/instances/" + from.segment(), new JsonObject().put("name", to.name()));
            return;
        }
        String name = to.part().isEmpty() ? to.name() : to.part();
        if (!to.part().isEmpty() && !to.owner().equals(from.owner())) {
            throw new CliException("Invalid new snapshot name, parent must be the same as source");
        }
        api.run(
                "POST",
                "/1.0/instances/" + ApiClient.segment(from.owner()) + "/snapshots/" + ApiClient.segment(from.part()),
                new JsonObject().put("name", name));
    }
}
