package io.lightvisor.engine.event;

import io.lightvisor.model.ProjectName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The one place where what happens is told. Listeners are called on the teller's thread, in order, and must
/// only put
/// the event away
/// (a queue of their own): a slow client must not hold up an operation.
public final class Events {
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

    private final CopyOnWriteArrayList<Runnable> afterChange = new CopyOnWriteArrayList<>();

    /// Hears every event; filters for itself.
    @FunctionalInterface
    public interface Listener {
        void heard(Event event);
    }

    /// A listener's place; closing it ends the listening.
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /// Listens from the moment this returns: a client must not be told "101" before.
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// Whether anybody listens; spares the making of log events.
    public boolean hasListeners() {
        return !listeners.isEmpty();
    }

    /// Tells that an operation changed.
    public void operation(ProjectName project, OperationView operation) {
        tell(Optional.of(project), new Event.OperationChanged(operation));
    }

    /// Tells that an object changed, by whoever is bound to [Caller#CURRENT].
    public void lifecycle(ProjectName project, String action, String source) {
        lifecycle(project, action, source, Map.of());
    }

    /// Tells that an object changed, with context.
    public void lifecycle(ProjectName project, String action, String source, Map<String, Object> context) {
        tell(Optional.of(project), new Event.Lifecycle(action, source, context, Caller.current()));
        afterChange.forEach(Runnable::run);
    }

    /// Tells a line of the log.
    public void logging(String level, String message, Map<String, String> context) {
        tell(Optional.empty(), new Event.Logging(level, message, context));
    }

    /// Has something run after each change that is told, on the teller's thread: it must only wake somebody. Unlike a
    /// listener it costs no event.
    public void afterChange(Runnable wake) {
        afterChange.add(wake);
    }

    private void tell(Optional<ProjectName> project, Event.Payload payload) {
        if (listeners.isEmpty()) {
            return;
        }
        var event = new Event(Instant.now(), project, payload);
        for (var listener : listeners) {
            listener.heard(event);
        }
    }
}
