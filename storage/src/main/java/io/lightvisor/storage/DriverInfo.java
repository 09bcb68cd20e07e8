package io.lightvisor.storage;

/// A driver that this host can run, as `environment.storage_supported_drivers` shows it.
///
/// @param remote its pools are shared by several hosts
public record DriverInfo(String name, String version, boolean remote) {}
