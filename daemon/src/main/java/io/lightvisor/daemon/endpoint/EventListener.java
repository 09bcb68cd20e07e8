package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.WebSocket;
import io.lightvisor.engine.event.Event;
import io.lightvisor.engine.event.Events;
import io.lightvisor.model.ProjectName;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client of the events stream. Events wait in a queue of its own, so that a slow client holds nobody up; one that
/// is [#CAPACITY] events behind is cut off.
final class EventListener implements Events.Listener {
    private static final int CAPACITY = 8192;
    private static final long PING_SECONDS = 10;
    /// Wakes the sender when the client is gone.
    private static final byte[] GONE = new byte[0];

    private final EventEncoder encoder;
    private final Set<String> types;
    private final boolean wantsDebug;
    private final Optional<ProjectName> project;
    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(CAPACITY);
    private volatile Events.@Nullable Subscription subscription;
    private volatile boolean over;
    private volatile @Nullable WebSocket socket;

    EventListener(EventEncoder encoder, Set<String> types, boolean wantsDebug, Optional<ProjectName> project) {
        this.encoder = encoder;
        this.types = types;
        this.wantsDebug = wantsDebug;
        this.project = project;
    }

    void listen(Events events) {
        subscription = events.subscribe(this);
    }

    @Override
    public void heard(Event event) {
        if (over || !types.contains(event.payload().type())) {
            return;
        }
        if (!wantsDebug
                && event.payload() instanceof Event.Logging line
                && line.level().equals("debug")) {
            return;
        }
        if (project.isPresent()
                && event.project().isPresent()
                && !event.project().equals(project)) {
            return;
        }
        if (!queue.offer(encoder.encode(event))) {
            over = true;
            WebSocket to = socket;
            if (to != null) {
                // Not on this thread: it tells an event and must not wait for a connection's end.
                Thread.ofVirtual().name("events client cut off").start(to::abort);
            }
        }
    }

    void serve(WebSocket socket) throws IOException, InterruptedException {
        this.socket = socket;
        try {
            socket.discardIncoming();
            socket.onClose(() -> {
                over = true;
                queue.offer(GONE);
            });
            socket.ping();
            long pinged = System.nanoTime();
            while (!over) {
                long left = TimeUnit.SECONDS.toNanos(PING_SECONDS) - (System.nanoTime() - pinged);
                byte[] json = left <= 0 ? null : queue.poll(left, TimeUnit.NANOSECONDS);
                if (json == null) {
                    socket.ping();
                    pinged = System.nanoTime();
                } else if (json.length > 0) {
                    socket.sendText(json);
                }
            }
        } finally {
            close();
        }
    }

    void close() {
        over = true;
        Events.Subscription listening = subscription;
        if (listening != null) {
            listening.close();
        }
    }
}
