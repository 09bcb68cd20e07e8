package io.lightvisor.network;

import io.lightvisor.linux.netlink.LinkStats;
import java.util.List;

/// The live state of an interface inside an instance.
///
/// @param hwaddr empty for the loopback
/// @param up whether it is administratively up
/// @param type `broadcast`, `loopback`, `point-to-point` or `unknown`
/// @param hostName the host's end of its veth pair, or empty
public record GuestInterface(
        String name,
        String hwaddr,
        int mtu,
        boolean up,
        String type,
        LinkStats counters,
        List<NicAddress> addresses,
        String hostName) {
    /// `up` or `down`.
    public String state() {
        return up ? "up" : "down";
    }
}
