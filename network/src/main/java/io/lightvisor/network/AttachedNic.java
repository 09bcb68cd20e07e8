package io.lightvisor.network;

/// A NIC that is in place.
///
/// @param hostName the host's end, or empty
public record AttachedNic(NicPlan plan, String hostName) {}
