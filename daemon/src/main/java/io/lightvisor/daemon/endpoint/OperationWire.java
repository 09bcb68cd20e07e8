package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.Operation;
import io.lightvisor.engine.event.OperationView;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An operation as JSON.
final class OperationWire {
    /// Where an operation runs, on a server that is not part of a cluster.
    static final String LOCATION = "none";

    private OperationWire() {}

    static Operation of(OperationView view) {
        return new Operation(
                view.id().toString(),
                view.kind().wire(),
                view.description(),
                view.createdAt(),
                view.updatedAt(),
                view.status().text(),
                view.status().code(),
                orNull(view.resources()),
                orNull(view.metadata()),
                view.mayCancel(),
                view.error(),
                LOCATION);
    }

    private static <M extends Map<?, ?>> @Nullable M orNull(M map) {
        return map.isEmpty() ? null : map;
    }
}
