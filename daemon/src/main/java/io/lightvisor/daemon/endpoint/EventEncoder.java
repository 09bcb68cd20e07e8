package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.Lifecycle;
import io.lightvisor.api.Logging;
import io.lightvisor.api.Wire;
import io.lightvisor.engine.event.Event;
import io.lightvisor.model.ProjectName;
import org.jspecify.annotations.Nullable;

/// An event as JSON, made once for all listeners: they hear it one after the other on the same thread.
final class EventEncoder {
    private record Encoded(Event event, byte[] json) {}

    private volatile @Nullable Encoded last;

    byte[] encode(Event event) {
        Encoded known = last;
        if (known != null && known.event() == event) {
            return known.json();
        }
        byte[] json = Wire.bytes(wire(event));
        last = new Encoded(event, json);
        return json;
    }

    private static io.lightvisor.api.Event wire(Event event) {
        Object metadata = switch (event.payload()) {
            case Event.OperationChanged changed -> OperationWire.of(changed.operation());
            case Event.Lifecycle lifecycle ->
                new Lifecycle(
                        lifecycle.action(),
                        lifecycle.source(),
                        lifecycle.context().isEmpty() ? null : lifecycle.context(),
                        lifecycle
                                .requestor()
                                .map(r -> new Lifecycle.Requestor(r.username(), r.protocol(), r.address()))
                                .orElse(null));
            case Event.Logging logging -> new Logging(logging.message(), logging.level(), logging.context());
        };
        return new io.lightvisor.api.Event(
                event.payload().type(),
                event.timestamp(),
                metadata,
                OperationWire.LOCATION,
                event.project().map(ProjectName::value).orElse(null));
    }
}
