package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.log.Log;
import io.lightvisor.engine.event.Events;
import io.lightvisor.model.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `/1.0/events`: what happens, as a stream of text frames.
final class EventsEndpoint {
    private static final Set<String> TYPES = Set.of("operation", "lifecycle", "logging");

    private final Events events;
    private final LogAudience audience;
    private final EventEncoder encoder = new EventEncoder();

    EventsEndpoint(Events events, LogAudience audience) {
        this.events = events;
        this.audience = audience;
    }

    List<Route> routes() {
        return List.of(Route.memory("GET", "/1.0/events", this::listen));
    }

    private Answer listen(Call call) {
        boolean allProjects = call.flag("all-projects");
        if (allProjects && !call.query("project").isEmpty()) {
            throw Problem.badRequest("Cannot specify a project when requesting all projects")
                    .exception();
        }
        String asked = call.query("type");
        Set<String> types = types(asked);
        boolean wantsDebug = types.contains("logging") && (!asked.isEmpty() || Log.showsDebug());
        var listener = new EventListener(
                encoder, types, wantsDebug, allProjects ? Optional.empty() : Optional.of(call.project()));
        // Listening begins before the client is told "101": it may start work at once, and must not miss its events.
        listener.listen(events);
        if (!wantsDebug) {
            return Answer.webSocket(listener::serve, listener::close);
        }
        audience.enter();
        return Answer.webSocket(
                socket -> {
                    try {
                        listener.serve(socket);
                    } finally {
                        audience.leave();
                    }
                },
                () -> {
                    listener.close();
                    audience.leave();
                });
    }

    private static Set<String> types(String asked) {
        if (asked.isEmpty()) {
            return TYPES;
        }
        var types = new HashSet<String>(List.of(asked.split(",", -1)));
        for (String type : types) {
            if (!TYPES.contains(type)) {
                throw Problem.badRequest("\"" + Problem.printable(type) + "\" isn't a supported event type")
                        .exception();
            }
        }
        return types;
    }
}
