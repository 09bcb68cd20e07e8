package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Gate;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.model.Problem;
import java.util.List;

/// `/internal`: what the other sub-commands of `lxd` ask the daemon.
final class InternalEndpoint {
    private final Gate gate;
    private final Ending ending;

    InternalEndpoint(Gate gate, Ending ending) {
        this.gate = gate;
        this.ending = ending;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/internal/ready", this::ready), Route.of("PUT", "/internal/shutdown", this::shutdown));
    }

    /// Answers when the daemon is ready, however long that takes.
    private Answer ready(Call call) throws InterruptedException {
        gate.awaitStarted();
        if (gate.phase() != Gate.Phase.OPEN) {
            throw new Problem.Unavailable("LXD is shutting down", "", "").exception();
        }
        return Answer.empty();
    }

    /// Answers when all instances are stopped; the process ends after that.
    private Answer shutdown(Call call) throws InterruptedException {
        ending.stopInstances(call.flag("force"));
        return Answer.empty();
    }
}
