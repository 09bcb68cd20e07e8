package io.lightvisor.cli.commands;

import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;

/// `lxc wait`: returns once an instance is as asked. The server waits and wakes us; nothing polls.
public final class WaitCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf("wait", "[<remote>:]<instance>", 1, 1, "Wait until an instance is as asked")
                .text(' ', "for", "running", "What to wait for: running, stopped, ip, healthy or ready")
                .text(' ', "timeout", "-1", "Seconds to wait at most, -1 for as long as it takes");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        if (!api.get("/1.0").texts("api_extensions").contains("instance_wait")) {
            throw new CliException("The server doesn't implement the required \"instance_wait\" API extension");
        }
        api.get("/1.0/instances/" + place.segment() + "/wait?for=" + ApiClient.segment(in.text("for")) + "&timeout="
                + ApiClient.segment(in.text("timeout")));
        return 0;
    }
}
