package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.ProjectName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A NIC of an instance, decided in every detail and not yet made.
///
/// @param guestName its name inside: `eth0`
/// @param hostName the host's end of the pair, `veth0a1b2c3d`; empty for a macvlan, which has none
/// @param mtu 0 for that of the parent
/// @param network the managed network it belongs to, by `network=` or because its parent is that network's bridge
/// @param ipv4 a fixed address to be given by the network's DHCP
/// @param volatileKeys what to keep in the instance's config: `volatile.eth0.hwaddr` always, `volatile.eth0.host_name`
///     of what has a host's end, `volatile.eth0.name` where the name inside was chosen here
public record NicPlan(
        DeviceName device,
        Kind kind,
        String guestName,
        String hostName,
        MacAddress hwaddr,
        int mtu,
        Optional<NetworkName> network,
        Optional<IpAddress> ipv4,
        Optional<IpAddress> ipv6,
        SortedMap<String, String> volatileKeys) {

    /// How it is joined to the host.
    public sealed interface Kind {
        /// A pair with the host's end in a bridge.
        record Bridged(String bridge) implements Kind {}

        /// A pair whose host's end is left to the user.
        record PointToPoint() implements Kind {}

        /// An own hardware address on an interface of the host.
        record Macvlan(String parent) implements Kind {}
    }

    /// The network's entry for this NIC of an instance.
    public Optional<StaticLease> lease(ProjectName project, InstanceName instance) {
        return network.map(_ -> new StaticLease(project, instance, device, hwaddr, ipv4, ipv6));
    }

    static SortedMap<String, String> sorted(Map<String, String> keys) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    }
}
