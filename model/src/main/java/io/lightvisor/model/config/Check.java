package io.lightvisor.model.config;

/// The rule of a value.
@FunctionalInterface
public interface Check {
    /// What is wrong with `value`, as a sentence in LXD's words where it has any; empty if nothing is. An empty value
    /// is
    /// not asked about: it means that the key is unset.
    String complaint(String value);
}
