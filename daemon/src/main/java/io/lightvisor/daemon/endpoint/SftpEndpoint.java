package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.sftp.SftpSession;
import io.lightvisor.engine.instance.GuestRoot;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;

/// `/1.0/instances/{name}/sftp`: the connection becomes one of SFTP, in the root of the instance. It ends when the
/// instance starts, stops or goes.
final class SftpEndpoint {
    private final Instances instances;

    SftpEndpoint(Instances instances) {
        this.instances = instances;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            routes.add(Route.of("GET", "/1.0/" + noun + "/{name}/sftp", this::connect));
        }
        return routes;
    }

    private Answer connect(Call call) throws InterruptedException {
        if (!call.header("Upgrade").equals("sftp")) {
            throw Problem.badRequest("Missing or invalid upgrade header").exception();
        }
        GuestRoot root = instances.openRoot(InstancesEndpoint.ref(call));
        return new Answer.RawUpgrade(
                "sftp",
                (in, out, connection) -> {
                    try (root) {
                        root.using(connection);
                        new SftpSession(root, in, out).run();
                    }
                },
                root::close);
    }
}
