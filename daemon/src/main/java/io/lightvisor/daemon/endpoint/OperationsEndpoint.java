package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.server.Certificates;
import io.lightvisor.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// `/1.0/operations`.
final class OperationsEndpoint {
    private final Operations operations;
    private final Events events;

    OperationsEndpoint(Operations operations, Events events) {
        this.operations = operations;
        this.events = events;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/operations", this::list),
                Route.memory("GET", "/1.0/operations/{id}", this::get),
                Route.of("DELETE", "/1.0/operations/{id}", this::cancel),
                Route.of("GET", "/1.0/operations/{id}/wait", this::waitFor).forGuests(),
                Route.memory("GET", "/1.0/operations/{id}/websocket", this::connect)
                        .forGuests());
    }

    /// By status, not a flat list: `{"running": ["/1.0/operations/..."]}`.
    private Answer list(Call call) {
        var byStatus = new TreeMap<String, List<Object>>();
        for (var operation : operations.list(call.flag("all-projects") ? null : call.project())) {
            var view = operation.view();
            byStatus.computeIfAbsent(view.status().text().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(
                            call.recursion() == 0
                                    ? Links.of("operations", view.id().toString())
                                    : OperationWire.of(view));
        }
        return Answer.sync(byStatus);
    }

    private Answer get(Call call) {
        return Answer.sync(OperationWire.of(operations.require(call.variable(0)).view()));
    }

    private Answer cancel(Call call) {
        var operation = operations.require(call.variable(0));
        operation.cancel();
        events.lifecycle(
                operation.project(),
                "operation-cancelled",
                Links.of("operations", operation.id().toString()));
        return Answer.empty();
    }

    /// Guests show the operation's secret instead of a certificate: clients of a remote copy have nothing else.
    private Operation require(Call call) {
        var operation = operations.require(call.variable(0));
        if (call.caller().isTrusted()) {
            return operation;
        }
        Object secret = operation.view().metadata().get("secret");
        if (secret instanceof String known
                && !call.query("secret").isEmpty()
                && Certificates.sameSecret(known, call.query("secret"))) {
            return operation;
        }
        throw new Problem.Forbidden("not authorized", "", "").exception();
    }

    private Answer waitFor(Call call) throws InterruptedException {
        var operation = require(call);
        String timeout = call.query("timeout");
        long seconds = -1;
        if (!timeout.isEmpty()) {
            try {
                seconds = Long.parseLong(timeout);
            } catch (NumberFormatException e) {
                throw Problem.badRequest("timeout is a number of seconds, -1 for none")
                        .exception(e);
            }
        }
        operation.await(seconds < 0 ? null : Duration.ofSeconds(seconds));
        return Answer.sync(OperationWire.of(operation.view()));
    }

    private Answer connect(Call call) {
        var operation = operations.require(call.variable(0));
        var channels = operation
                .channels()
                .orElseThrow(() -> Problem.badRequest("this operation has no websocket: it is of class "
                                + operation.view().kind().wire())
                        .exception());
        String secret = call.query("secret");
        if (secret.isEmpty()) {
            throw Problem.badRequest("missing secret").exception();
        }
        channels.check(secret);
        return Answer.webSocket(socket -> channels.connect(secret, new SocketChannel(socket)), () -> {});
    }
}
