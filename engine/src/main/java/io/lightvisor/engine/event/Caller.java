package io.lightvisor.engine.event;

import java.util.Optional;

/// Who asked for the work that the current thread does: bound by the daemon around a request, carried into
/// its
/// operation.
public final class Caller {
    /// The binding.
    public static final ScopedValue<Event.Requestor> CURRENT = ScopedValue.newInstance();

    private Caller() {}

    /// The caller, if the work was asked for.
    public static Optional<Event.Requestor> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }
}
