package io.lightvisor.network;

/// An interface of the host, as `lxc network list` shows it.
///
/// @param type `physical`, `bridge`, `bond`, `vlan`, `macvlan`, `loopback` or `unknown`
public record HostInterface(String name, String type) {}
