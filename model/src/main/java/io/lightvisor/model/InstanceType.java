package io.lightvisor.model;

/// What an instance is made of.
public enum InstanceType {
    CONTAINER("container"),
    VIRTUAL_MACHINE("virtual-machine");

    private final String wire;

    InstanceType(String wire) {
        this.wire = wire;
    }

    /// The spelling of the API.
    public String wire() {
        return wire;
    }

    /// Reads the spelling of the API; an empty text is a container.
    public static InstanceType parse(String text) {
        return switch (text) {
            case "", "container" -> CONTAINER;
            case "virtual-machine" -> VIRTUAL_MACHINE;
            default ->
                throw Problem.badValue("instance type", text, "it is container or virtual-machine")
                        .exception();
        };
    }
}
