package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.WarningPut;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.server.Warnings;
import io.lightvisor.model.Warning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `/1.0/warnings`.
final class WarningsEndpoint {
    private final Warnings warnings;

    WarningsEndpoint(Warnings warnings) {
        this.warnings = warnings;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/warnings", this::list),
                Route.memory("GET", "/1.0/warnings/{uuid}", this::get),
                Route.of("PUT", "/1.0/warnings/{uuid}", this::change),
                Route.of("PATCH", "/1.0/warnings/{uuid}", this::change),
                Route.of("DELETE", "/1.0/warnings/{uuid}", this::delete));
    }

    private Answer list(Call call) {
        var found = new ArrayList<Object>();
        String project = call.query("project");
        for (var warning : warnings.list()) {
            if (!project.isEmpty() && !warning.project().value().equals(project)) {
                continue;
            }
            found.add(call.recursion() == 0 ? Links.of("warnings", warning.uuid()) : wire(warning));
        }
        return Answer.sync(found);
    }

    private static io.lightvisor.api.Warning wire(Warning warning) {
        return new io.lightvisor.api.Warning(
                warning.status(),
                warning.uuid(),
                OperationWire.LOCATION,
                warning.entityUrl().isEmpty() ? "" : warning.project().value(),
                warning.type(),
                warning.count(),
                warning.firstSeenAt(),
                warning.lastSeenAt(),
                warning.lastMessage(),
                warning.severity(),
                warning.entityUrl());
    }

    private Answer get(Call call) {
        var warning = warnings.require(call.variable(0));
        return Answer.sync(wire(warning)).tagged(ETag.of(warning.status()));
    }

    private Answer change(Call call) throws IOException {
        var put = call.json(WarningPut.class);
        call.requireMatch(ETag.of(warnings.require(call.variable(0)).status()));
        warnings.status(call.variable(0), Fields.text(put.status()));
        return Answer.empty();
    }

    private Answer delete(Call call) {
        warnings.delete(call.variable(0));
        return Answer.empty();
    }
}
