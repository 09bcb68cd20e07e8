package io.lightvisor.cli.commands;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;

/// `lxc version`.
public final class VersionCommand implements Command {
    /// The version of LXD whose client this stands in for; scripts compare it.
    public static final String VERSION = "5.0.2";

    @Override
    public Spec spec() {
        return Spec.leaf("version", "[<remote>:]", 0, 1, "Print the versions of the client and of the server");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        String server;
        try {
            server = session.remote(in.argOrEmpty(0))
                    .api()
                    .get("/1.0")
                    .object("environment")
                    .text("server_version");
        } catch (IOException notThere) {
            server = "unreachable";
        }
        session.out().println("Client version: " + VERSION);
        session.out().println("Server version: " + server);
        return 0;
    }
}
