package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.resources.HostResources;
import java.util.List;

/// `/1.0/resources`: the host's hardware.
final class HostEndpoint {
    private final ServerFacts server;

    HostEndpoint(ServerFacts server) {
        this.server = server;
    }

    List<Route> routes() {
        return List.of(Route.of("GET", "/1.0/resources", _ -> Answer.sync(HostResources.read(server.kernelVersion()))));
    }
}
