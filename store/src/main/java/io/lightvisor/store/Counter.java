package io.lightvisor.store;

/// A number that only grows.
///
/// @param last the last number given
public record Counter(String name, long last) {
    /// Counts instances.
    public static final String INSTANCE_ID = "instance-id";
}
