package io.lightvisor.engine.operation;

import io.lightvisor.engine.event.Caller;
import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.OperationClass;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All operations: started here on a virtual thread each, found here, and kept for some seconds after their
/// end so
/// that
/// a client that was told
/// of the end can still read the result.
public final class Operations implements AutoCloseable {
    static final System.Logger LOG = System.getLogger("lightvisor.engine");

    /// How long an ended operation can still be read.
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final Events events;
    private final ConcurrentHashMap<UUID, Operation> all = new ConcurrentHashMap<>();
    private volatile boolean closing;

    public Operations(Events events) {
        this.events = events;
    }

    /// Starts a task.
    ///
    /// @param resources plural noun to URLs
    public Operation task(
            ProjectName project, String description, Map<String, List<String>> resources, Operation.Task task) {
        var op = new Operation(events, project, OperationClass.TASK, description, resources, Map.of(), null);
        begin(op, task);
        return op;
    }

    /// Starts an operation that works over its client's websockets.
    public Operation websocket(
            ProjectName project,
            String description,
            Map<String, List<String>> resources,
            Map<String, Object> metadata,
            Channels channels,
            Operation.Task task) {
        var op = new Operation(events, project, OperationClass.WEBSOCKET, description, resources, metadata, channels);
        begin(op, task);
        return op;
    }

    /// Keeps a secret as an operation until it is used ([Operation#complete()]) or cancelled.
    public Operation token(
            ProjectName project,
            String description,
            Map<String, List<String>> resources,
            Map<String, Object> metadata,
            @Nullable Runnable onCancel) {
        var op = new Operation(events, project, OperationClass.TOKEN, description, resources, metadata, null);
        op.cancellable(onCancel);
        all.put(op.id(), op);
        op.tell();
        op.start();
        Thread.ofVirtual().name("operation " + op.id()).start(() -> forgetAfterEnd(op));
        return op;
    }

    private void begin(Operation op, Operation.Task task) {
        if (closing) {
            throw new Problem.Unavailable("LXD is shutting down", "", "").exception();
        }
        all.put(op.id(), op);
        op.tell();
        var caller = Caller.current();
        Thread.ofVirtual().name("operation " + op.id()).start(() -> {
            if (caller.isPresent()) {
                ScopedValue.where(Caller.CURRENT, caller.get()).run(() -> op.run(task));
            } else {
                op.run(task);
            }
            forgetAfterEnd(op);
        });
    }

    private void forgetAfterEnd(Operation op) {
        try {
            op.await(null);
            Thread.sleep(KEPT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.remove(op.id());
    }

    /// Looks an operation up.
    public Optional<Operation> find(UUID id) {
        return Optional.ofNullable(all.get(id));
    }

    /// Looks an operation up by its text, or throws `Operation not found`.
    public Operation require(String id) {
        try {
            var op = all.get(UUID.fromString(id));
            if (op != null) {
                return op;
            }
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("Operation not found").exception(e);
        }
        throw Problem.notFound("Operation not found").exception();
    }

    /// All of a project, oldest first; null for all projects.
    public List<Operation> list(@Nullable ProjectName project) {
        var found = new ArrayList<Operation>();
        for (var op : all.values()) {
            if (project == null || op.project().equals(project)) {
                found.add(op);
            }
        }
        found.sort((a, b) -> a.view().createdAt().compareTo(b.view().createdAt()));
        return found;
    }

    /// How many have not ended.
    public int running() {
        int n = 0;
        for (var op : all.values()) {
            if (!op.view().status().isFinal()) {
                n++;
            }
        }
        return n;
    }

    /// Takes no new operations and gives the running ones `grace` to end.
    public void drain(Duration grace) throws InterruptedException {
        closing = true;
        long until = System.nanoTime() + grace.toNanos();
        for (var op : all.values()) {
            if (op.view().kind() == OperationClass.TASK) {
                op.await(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            }
        }
    }

    @Override
    public void close() {
        closing = true;
    }
}
