package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstanceBackupPost;
import io.lightvisor.api.InstanceBackupsPost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.CreateBackup;
import io.lightvisor.engine.instance.InstanceBackups;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// `/1.0/instances/{name}/backups`, and the way back: an archive posted to `/1.0/instances`.
final class BackupsEndpoint {
    private final InstanceBackups backups;

    BackupsEndpoint(InstanceBackups backups) {
        this.backups = backups;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String all = "/1.0/" + noun + "/{name}/backups";
            String one = all + "/{backup}";
            routes.add(Route.of("GET", all, this::list));
            routes.add(Route.of("POST", all, this::create));
            routes.add(Route.of("GET", one, this::get));
            routes.add(Route.of("POST", one, this::rename));
            routes.add(Route.of("DELETE", one, this::delete));
            routes.add(Route.of("GET", one + "/export", this::export));
        }
        return routes;
    }

    /// Whether a POST to `instances` brings a backup.
    static boolean isImport(Call call) {
        return call.header("Content-Type").startsWith("application/octet-stream");
    }

    /// Makes an instance of the backup in the body.
    Answer restore(Call call) throws IOException {
        String name = call.header("X-LXD-name");
        String pool = call.header("X-LXD-pool");
        try (var body = call.body()) {
            var operation = backups.restore(
                    body,
                    call.project(),
                    name.isEmpty() ? Optional.empty() : Optional.of(new InstanceName(name)),
                    pool.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Fields.named(pool, PoolName::new, "Storage pool not found")));
            return Answer.operation(OperationWire.of(operation.view()));
        }
    }

    static io.lightvisor.api.InstanceBackup wire(InstanceBackup backup) {
        return new io.lightvisor.api.InstanceBackup(
                backup.name(),
                backup.createdAt(),
                backup.expiresAt().equals(Instant.EPOCH) ? null : backup.expiresAt(),
                backup.instanceOnly(),
                backup.instanceOnly(),
                backup.optimizedStorage());
    }

    private Answer list(Call call) {
        var all = backups.list(InstancesEndpoint.ref(call));
        if (call.recursion() > 0) {
            return Answer.sync(all.stream().map(BackupsEndpoint::wire).toList());
        }
        var urls = new ArrayList<String>();
        for (var backup : all) {
            urls.add(InstancesEndpoint.urlOf(call) + "/backups/" + Percent.encode(backup.name())
                    + InstancesEndpoint.querySuffix(call));
        }
        return Answer.sync(urls);
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(InstanceBackupsPost.class);
        var asked = new CreateBackup(
                Fields.text(post.name()),
                post.expiresAt() == null ? Instant.EPOCH : post.expiresAt(),
                Fields.flag(post.instanceOnly()) || Fields.flag(post.containerOnly()),
                Fields.flag(post.optimizedStorage()),
                Fields.text(post.compressionAlgorithm()));
        return Answer.operation(OperationWire.of(
                backups.create(InstancesEndpoint.ref(call), asked).view()));
    }

    private Answer get(Call call) {
        return Answer.sync(wire(backups.require(InstancesEndpoint.ref(call), call.variable(1))));
    }

    private Answer rename(Call call) throws IOException {
        var post = call.json(InstanceBackupPost.class);
        String to = Fields.required(post.name(), "No name provided");
        if (to.indexOf('/') >= 0) {
            throw Problem.badRequest("Backup names may not contain slashes").exception();
        }
        return Answer.operation(OperationWire.of(backups.rename(InstancesEndpoint.ref(call), call.variable(1), to)
                .view()));
    }

    private Answer delete(Call call) {
        return Answer.operation(OperationWire.of(
                backups.delete(InstancesEndpoint.ref(call), call.variable(1)).view()));
    }

    private Answer export(Call call) throws IOException {
        var ref = InstancesEndpoint.ref(call);
        var file = FileAnswer.open(backups.file(ref, call.variable(1)));
        return new Answer.Streamed(
                200,
                "application/octet-stream",
                OptionalLong.of(file.size()),
                Map.of("Content-Disposition", "inline;filename=" + Percent.encode(call.variable(1))),
                file::writeTo);
    }
}
