package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstancePost;
import io.lightvisor.api.InstanceSnapshotPut;
import io.lightvisor.api.InstanceSnapshotsPost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.Snapshots;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Problem;
import io.lightvisor.model.SnapshotName;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `/1.0/instances/{name}/snapshots`.
final class SnapshotsEndpoint {
    private final Snapshots snapshots;

    SnapshotsEndpoint(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String all = "/1.0/" + noun + "/{name}/snapshots";
            String one = all + "/{snapshot}";
            routes.addAll(List.of(
                    Route.of("GET", all, this::list),
                    Route.of("POST", all, this::create),
                    Route.of("GET", one, this::get),
                    Route.of("PUT", one, this::replace),
                    Route.of("PATCH", one, this::patch),
                    Route.of("POST", one, this::rename),
                    Route.of("DELETE", one, this::delete)));
        }
        return routes;
    }

    private InstanceSnapshot.Ref ref(Call call) {
        var instance = InstancesEndpoint.ref(call);
        String text = call.variable(1);
        return new InstanceSnapshot.Ref(
                instance,
                Fields.named(
                        text,
                        SnapshotName::new,
                        "Failed to fetch snapshot \"" + Problem.printable(text) + "\" of instance \"" + instance.name()
                                + "\" in project \"" + instance.project() + "\": InstanceSnapshot not found"));
    }

    private Answer list(Call call) {
        var views = snapshots.list(InstancesEndpoint.ref(call));
        if (call.recursion() > 0) {
            return Answer.sync(views.stream().map(SnapshotWire::of).toList());
        }
        var urls = new ArrayList<String>();
        for (var view : views) {
            urls.add(InstancesEndpoint.urlOf(call) + "/snapshots/"
                    + Percent.encode(view.snapshot().name().value()) + InstancesEndpoint.querySuffix(call));
        }
        return Answer.sync(urls);
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(InstanceSnapshotsPost.class);
        String name = Fields.text(post.name());
        var operation = snapshots.create(
                InstancesEndpoint.ref(call),
                name.isEmpty() ? Optional.empty() : Optional.of(name(name)),
                Fields.flag(post.stateful()),
                expiresAt(Fields.text(post.expiresAt())));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private static Optional<Instant> expiresAt(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw Problem.badRequest("\"" + Problem.printable(text) + "\" is no time as RFC 3339 has it")
                    .exception(e);
        }
    }

    private static SnapshotName name(String text) {
        for (char bad : "/ ?&+".toCharArray()) {
            if (text.indexOf(bad) >= 0) {
                throw Problem.badRequest("Invalid snapshot name: Cannot contain \"" + bad + "\"")
                        .exception();
            }
        }
        return new SnapshotName(text);
    }

    private Answer get(Call call) {
        var view = snapshots.view(ref(call));
        return Answer.sync(SnapshotWire.of(view)).tagged(SnapshotWire.tag(view.snapshot()));
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(InstanceSnapshotPut.class);
        return update(call, Optional.ofNullable(put.expiresAt()).filter(when -> when.isAfter(Instant.EPOCH)));
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(InstanceSnapshotPut.class);
        var before = snapshots.view(ref(call)).snapshot().expiresAt();
        return update(
                call,
                Optional.ofNullable(put.expiresAt())
                        .or(() -> Optional.of(before))
                        .filter(when -> when.isAfter(Instant.EPOCH)));
    }

    private Answer update(Call call, Optional<Instant> expiresAt) {
        var operation = snapshots.update(ref(call), current -> call.requireMatch(SnapshotWire.tag(current)), expiresAt);
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private Answer rename(Call call) throws IOException {
        var post = call.json(InstancePost.class);
        if (Fields.flag(post.migration())) {
            throw new Problem.Unsupported("Snapshot not moved", "moving to another server is not offered yet", "")
                    .exception();
        }
        var to = name(Fields.required(post.name(), "No name provided"));
        return Answer.operation(OperationWire.of(snapshots.rename(ref(call), to).view()));
    }

    private Answer delete(Call call) {
        return Answer.operation(OperationWire.of(snapshots.delete(ref(call)).view()));
    }
}
