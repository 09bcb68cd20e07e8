package io.lightvisor.engine.server;

import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.Warning;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What an administrator should know. A warning of the same type about the same object is one warning that
/// counts.
public final class Warnings {
    private final Store store;

    public Warnings(Store store) {
        this.store = store;
    }

    /// All of them.
    public List<Warning> list() {
        return store.facts().warnings();
    }

    /// The warning with that id.
    public Warning require(String uuid) {
        return require(store.facts(), uuid);
    }

    private static Warning require(Facts facts, String uuid) {
        return facts.warning(uuid)
                .orElseThrow(() -> Problem.notFound("Warning not found").exception());
    }

    /// Raises one, or counts it once more.
    ///
    /// @param severity `low`, `moderate` or `high`
    public void raise(String type, String severity, String message, String entityUrl) {
        store.decide(draft -> {
            var now = Instant.now();
            for (var w : draft.warnings()) {
                if (w.type().equals(type) && w.entityUrl().equals(entityUrl)) {
                    String status = w.status().equals("resolved") ? "new" : w.status();
                    draft.put(
                            Kind.WARNING,
                            new Warning(
                                    w.uuid(),
                                    w.project(),
                                    type,
                                    w.count() + 1,
                                    w.firstSeenAt(),
                                    now,
                                    message,
                                    severity,
                                    status,
                                    entityUrl));
                    return true;
                }
            }
            draft.put(
                    Kind.WARNING,
                    new Warning(
                            UUID.randomUUID().toString(),
                            Project.DEFAULT,
                            type,
                            1,
                            now,
                            now,
                            message,
                            severity,
                            "new",
                            entityUrl));
            return true;
        });
    }

    /// Sets the status: `new` or `acknowledged`.
    public void status(String uuid, String status) {
        if (!status.equals("new") && !status.equals("acknowledged")) {
            throw Problem.badRequest("Status may only be set to acknowledge or new")
                    .exception();
        }
        store.decide(draft -> {
            var w = require(draft, uuid);
            draft.put(
                    Kind.WARNING,
                    new Warning(
                            w.uuid(),
                            w.project(),
                            w.type(),
                            w.count(),
                            w.firstSeenAt(),
                            w.lastSeenAt(),
                            w.lastMessage(),
                            w.severity(),
                            status,
                            w.entityUrl()));
            return true;
        });
    }

    /// Deletes one.
    public void delete(String uuid) {
        store.decide(draft -> {
            require(draft, uuid);
            return draft.remove(Kind.WARNING, uuid);
        });
    }
}
