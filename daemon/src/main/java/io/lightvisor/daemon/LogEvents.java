package io.lightvisor.daemon;

import io.lightvisor.daemon.log.Log;
import io.lightvisor.engine.event.Events;
import java.util.Map;

/// Lines of the log as `logging` events.
final class LogEvents implements Log.Listener {
    private final Events events;

    LogEvents(Events events) {
        this.events = events;
    }

    @Override
    public boolean isListening() {
        return events.hasListeners();
    }

    @Override
    public void heard(String level, String logger, String message) {
        events.logging(level, message, Map.of("logger", logger));
    }
}
