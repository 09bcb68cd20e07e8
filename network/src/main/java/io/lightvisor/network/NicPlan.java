package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.LinkKind;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.ProjectName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A NIC of an instance, decided in every detail and not yet made.
///
/// @param guestName its name inside: `eth0`
/// @param hostName the host's end of the pair, `veth0a1b2c3d`; the interface's own name on the host if it
///     is lent; empty
///     for a macvlan, which has none
/// @param hwaddr all zeros for that of the interface itself (physical, ipvlan)
/// @param mtu 0 for that of the parent
/// @param queue length of its transmit queue, 0 for the kernel's choice
/// @param network the managed network it belongs to, by `network=` or because its parent is that network's
///     bridge
/// @param ipv4 a fixed address to be given by the network's DHCP
/// @param volatileKeys what to keep in the instance's config: `volatile.eth0.hwaddr` always,
///     `volatile.eth0.host_name`
///     of what has a host's end, `volatile.eth0.name` where the name inside was chosen here
public record NicPlan(
        DeviceName device,
        Kind kind,
        String guestName,
        String hostName,
        MacAddress hwaddr,
        int mtu,
        int queue,
        Optional<NetworkName> network,
        Optional<IpAddress> ipv4,
        Optional<IpAddress> ipv6,
        NicSettings settings,
        SortedMap<String, String> volatileKeys) {

    /// How it is joined to the host.
    public sealed interface Kind {
        /// A pair with the host's end in a bridge.
        record Bridged(String bridge) implements Kind {}

        /// A pair whose host's end is left to the user.
        record PointToPoint() implements Kind {}

        /// An own hardware address on an interface of the host.
        record Macvlan(Lower lower) implements Kind {}

        /// An interface of the host itself, lent.
        record Physical(Lower lower) implements Kind {}

        /// A pair whose addresses the host routes to, and answers for on another interface.
        record Routed(Optional<Lower> lower, RoutedAddresses addresses) implements Kind {}

        /// Shares the hardware address of an interface of the host.
        record Ipvlan(Lower lower, LinkKind.Ipvlan.Mode mode, RoutedAddresses addresses) implements Kind {}

        /// A virtual function of an interface of the host.
        record Sriov(String parent) implements Kind {}
    }

    /// An interface of the host that a NIC hangs on, or a VLAN of it, which is made where it is missing.
    ///
    /// @param vlan 0 for none
    public record Lower(String parent, int vlan, boolean gvrp) {
        /// `eth0`, or `eth0.5`.
        public String name() {
            return vlan == 0 ? parent : parent + "." + vlan;
        }
    }

    /// What the host tells a guest of its addresses, and what it routes to it.
    ///
    /// @param gateways whether there is a default route, of IPv4 and IPv6
    /// @param host4 the host's own address on the pair
    /// @param table4 a routing table beside the main one, 0 for none
    public record RoutedAddresses(
            List<IpAddress> v4,
            List<IpAddress> v6,
            boolean gateway4,
            boolean gateway6,
            IpAddress host4,
            IpAddress host6,
            int table4,
            int table6) {
        public RoutedAddresses {
            v4 = List.copyOf(v4);
            v6 = List.copyOf(v6);
        }
    }

    /// The interface that it hangs on, where it is not a bridge.
    public Optional<Lower> lower() {
        return switch (kind) {
            case Kind.Macvlan k -> Optional.of(k.lower());
            case Kind.Physical k -> Optional.of(k.lower());
            case Kind.Routed k -> k.lower();
            case Kind.Ipvlan k -> Optional.of(k.lower());
            case Kind.Bridged _, Kind.PointToPoint _, Kind.Sriov _ -> Optional.empty();
        };
    }

    /// Whether it goes with the instance's network namespace and leaves nothing to clear away.
    public boolean leavesNothing() {
        return switch (kind) {
            case Kind.Bridged _ -> settings.goesWithTheInterface(true);
            case Kind.PointToPoint _ -> settings.goesWithTheInterface(false);
            case Kind.Macvlan k -> k.lower().vlan() == 0;
            case Kind.Routed k -> k.lower().isEmpty() && settings.goesWithTheInterface(false);
            case Kind.Physical _, Kind.Ipvlan _ -> false;
            case Kind.Sriov _ -> true;
        };
    }

    /// The same NIC under another name on the host.
    NicPlan named(String onHost) {
        var keys = new TreeMap<>(volatileKeys);
        keys.put("volatile." + device.value() + ".host_name", onHost);
        return new NicPlan(
                device, kind, guestName, onHost, hwaddr, mtu, queue, network, ipv4, ipv6, settings, sorted(keys));
    }

    /// The same NIC with more to keep in the instance's config.
    NicPlan keeping(Map<String, String> more) {
        var keys = new TreeMap<>(volatileKeys);
        keys.putAll(more);
        return new NicPlan(
                device, kind, guestName, hostName, hwaddr, mtu, queue, network, ipv4, ipv6, settings, sorted(keys));
    }

    /// The same NIC, with an IPv4 address that was chosen for it because its filter needs one.
    public NicPlan withIpv4(IpAddress address) {
        var keys = new TreeMap<>(volatileKeys);
        keys.put("volatile." + device.value() + ".last_state.ip_addresses", address.toString());
        return new NicPlan(
                device,
                kind,
                guestName,
                hostName,
                hwaddr,
                mtu,
                queue,
                network,
                Optional.of(address),
                ipv6,
                settings.withIpv4(address),
                sorted(keys));
    }

    /// The same NIC, with this `skb->priority` for what it sends; 0 leaves it as it is.
    public NicPlan withPriority(long priority) {
        return priority == 0 || settings.priority() > 0
                ? this
                : new NicPlan(
                        device,
                        kind,
                        guestName,
                        hostName,
                        hwaddr,
                        mtu,
                        queue,
                        network,
                        ipv4,
                        ipv6,
                        settings.withPriority(priority),
                        volatileKeys);
    }

    /// Whether its filter lets one IPv4 address pass that nobody has chosen yet.
    public boolean wantsIpv4(Map<String, String> options) {
        return settings.filter().ipv4()
                && options.getOrDefault("ipv4.address", "").isEmpty()
                && settings.filter().ipv4Address().isEmpty();
    }

    /// The network's entry for this NIC of an instance.
    public Optional<StaticLease> lease(ProjectName project, InstanceName instance) {
        return network.map(_ -> new StaticLease(project, instance, device, hwaddr, ipv4, ipv6));
    }

    static SortedMap<String, String> sorted(Map<String, String> keys) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    }
}
