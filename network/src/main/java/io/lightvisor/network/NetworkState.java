package io.lightvisor.network;

import io.lightvisor.linux.netlink.LinkStats;
import java.util.List;
import java.util.Optional;

/// The live state of an interface of the host.
///
/// @param hwaddr empty for the loopback
/// @param up whether it is administratively up
/// @param type `broadcast`, `loopback`, `point-to-point` or `unknown`
/// @param bridge what only a bridge has
/// @param vlan what only a VLAN has
public record NetworkState(
        String name,
        List<NicAddress> addresses,
        LinkStats counters,
        String hwaddr,
        int mtu,
        boolean up,
        String type,
        Optional<Bridge> bridge,
        Optional<Vlan> vlan) {

    /// Of a bridge.
    ///
    /// @param id `8000.00163e4a07c7`
    /// @param forwardDelay in hundredths of a second
    /// @param upperDevices the names of its ports
    public record Bridge(
            String id,
            boolean stp,
            int forwardDelay,
            int vlanDefault,
            boolean vlanFiltering,
            List<String> upperDevices) {}

    /// Of a VLAN.
    public record Vlan(String lowerDevice, int vid) {}

    /// `up` or `down`.
    public String state() {
        return up ? "up" : "down";
    }
}
