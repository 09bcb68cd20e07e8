package io.lightvisor.model.config;

/// The schemas.
public final class Schemas {
    private static final Schema ANY = _ -> {};

    private Schemas() {}

    /// Of instances and profiles.
    public static Schema instance() {
        return ANY;
    }

    /// Of the server.
    public static Schema server() {
        return ANY;
    }

    /// Of projects.
    public static Schema project() {
        return ANY;
    }
}
