package io.lightvisor.daemon;

import io.lightvisor.daemon.endpoint.LogAudience;
import io.lightvisor.daemon.log.Log;
import io.lightvisor.engine.event.Events;
import java.util.Map;

/// Lines of the log as `logging` events.
final class LogEvents implements Log.Listener {
    private final Events events;
    private final LogAudience audience;

    LogEvents(Events events, LogAudience audience) {
        this.events = events;
        this.audience = audience;
    }

    @Override
    public boolean isListening(System.Logger.Level level) {
        return audience.isThere() || (level != System.Logger.Level.DEBUG && events.hasListeners());
    }

    @Override
    public void heard(String level, String logger, String message) {
        events.logging(level, message, Map.of("logger", logger));
    }
}
