package io.lightvisor.engine.event;

/// What kind of work an operation is.
public enum OperationClass {
    /// Runs by itself.
    TASK("task"),
    /// Waits for its client's websockets.
    WEBSOCKET("websocket"),
    /// Only holds a secret until it is used or cancelled.
    TOKEN("token");

    private final String wire;

    OperationClass(String wire) {
        this.wire = wire;
    }

    /// The spelling of the API.
    public String wire() {
        return wire;
    }
}
