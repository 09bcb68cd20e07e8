package io.lightvisor.engine.operation;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.OperationClass;
import io.lightvisor.engine.event.OperationView;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.StatusCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Work that outlives its request. It starts Pending, runs, and ends in Success, Failure or Cancelled; each
/// change is
/// told as an event, and the last
/// event carries the final metadata.
public final class Operation {
    private final UUID id = UUID.randomUUID();
    private final ProjectName project;
    private final OperationClass kind;
    private final String description;
    private final Map<String, List<String>> resources;
    private final Instant createdAt = Instant.now();
    private final Events events;
    private final CountDownLatch done = new CountDownLatch(1);
    private final @Nullable Channels channels;

    // guarded by this
    private Instant updatedAt = createdAt;
    private StatusCode status = StatusCode.PENDING;
    private Map<String, Object> metadata = new LinkedHashMap<>();
    private String error = "";
    private @Nullable Thread thread;
    private @Nullable Runnable onCancel;

    /// What an operation does. A [ProblemException] or any other exception ends it in Failure.
    @FunctionalInterface
    public interface Task {
        void run(Operation operation) throws Exception;
    }

    Operation(
            Events events,
            ProjectName project,
            OperationClass kind,
            String description,
            Map<String, List<String>> resources,
            Map<String, Object> metadata,
            @Nullable Channels channels) {
        this.events = events;
        this.project = project;
        this.kind = kind;
        this.description = description;
        this.resources = Map.copyOf(resources);
        this.metadata.putAll(metadata);
        this.channels = channels;
    }

    /// Its id.
    public UUID id() {
        return id;
    }

    /// Whose it is.
    public ProjectName project() {
        return project;
    }

    /// Where its client's websockets are handed in; only of class websocket.
    public Optional<Channels> channels() {
        return Optional.ofNullable(channels);
    }

    /// Where it stands now.
    public synchronized OperationView view() {
        return new OperationView(
                id,
                project,
                kind,
                description,
                createdAt,
                updatedAt,
                status,
                resources,
                Collections.unmodifiableMap(new LinkedHashMap<>(metadata)),
                mayCancel(),
                error);
    }

    private boolean mayCancel() {
        return !status.isFinal() && (onCancel != null || kind == OperationClass.TOKEN);
    }

    /// Sets one metadata value and tells it.
    public void metadata(String key, Object value) {
        synchronized (this) {
            metadata.put(key, value);
            updatedAt = Instant.now();
        }
        tell();
    }

    /// Sets metadata without telling: the next event carries it.
    public synchronized void quietMetadata(String key, Object value) {
        metadata.put(key, value);
    }

    /// Sets a line of progress under a `..._progress` key; drives the client's progress line.
    public void progress(String key, String text) {
        metadata(key, text);
    }

    /// What cancelling does from now on; until this is called the operation cannot be cancelled. Null
    /// forbids it
    /// again.
    public synchronized void cancellable(@Nullable Runnable action) {
        onCancel = action;
    }

    /// Cancels.
    public void cancel() {
        Runnable action;
        Thread runner;
        synchronized (this) {
            if (status != StatusCode.RUNNING && !(kind == OperationClass.TOKEN && !status.isFinal())) {
                throw Problem.badRequest("Only running operations can be cancelled")
                        .exception();
            }
            if (!mayCancel()) {
                throw Problem.badRequest("This operation can't be cancelled").exception();
            }
            action = onCancel;
            runner = thread;
            status = StatusCode.CANCELLING;
        }
        if (action != null) {
            action.run();
        }
        if (runner == null) {
            end(StatusCode.CANCELLED, "");
        } else {
            runner.interrupt();
        }
    }

    /// Waits until it has ended; null waits for ever. Whether it has.
    public boolean await(@Nullable Duration timeout) throws InterruptedException {
        if (timeout == null) {
            done.await();
            return true;
        }
        return done.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Ends a token operation whose secret was used.
    public void complete() {
        end(StatusCode.SUCCESS, "");
    }

    void run(Task task) {
        synchronized (this) {
            thread = Thread.currentThread();
            status = StatusCode.RUNNING;
            updatedAt = Instant.now();
        }
        tell();
        try {
            task.run(this);
            finish(StatusCode.SUCCESS, "");
        } catch (ProblemException e) {
            finish(StatusCode.FAILURE, e.problem().sentence());
        } catch (InterruptedException e) {
            finish(StatusCode.FAILURE, "interrupted: the daemon is shutting down");
        } catch (OutOfMemoryError e) {
            finish(StatusCode.FAILURE, "not enough memory in the daemon for this operation");
        } catch (Exception e) {
            Operations.LOG.log(System.Logger.Level.ERROR, "operation " + id + " (" + description + ") failed", e);
            finish(StatusCode.FAILURE, sentence(e));
        }
    }

    private static String sentence(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private void finish(StatusCode end, String why) {
        boolean cancelled;
        synchronized (this) {
            cancelled = status == StatusCode.CANCELLING;
            thread = null;
        }
        Thread.interrupted();
        if (cancelled && end == StatusCode.FAILURE) {
            end(StatusCode.CANCELLED, "");
        } else {
            end(end, why);
        }
    }

    void start() {
        synchronized (this) {
            status = StatusCode.RUNNING;
            updatedAt = Instant.now();
        }
        tell();
    }

    private void end(StatusCode end, String why) {
        synchronized (this) {
            if (status.isFinal()) {
                return;
            }
            status = end;
            error = why;
            onCancel = null;
            updatedAt = Instant.now();
        }
        tell();
        done.countDown();
    }

    void tell() {
        if (events.hasListeners()) {
            events.operation(project, view());
        }
    }
}
