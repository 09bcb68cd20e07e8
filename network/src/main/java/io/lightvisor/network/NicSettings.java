package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import java.util.List;
import java.util.Optional;

/// What a NIC has beside its being there: all that the host does for it or against it, and what can change
/// while the instance runs.
///
/// @param routes networks that lie behind it
/// @param ingress bits per second towards the guest, 0 for no limit
/// @param egress bits per second from the guest, 0 for no limit
/// @param isolated whether it is kept apart from the other isolated ports of its bridge
/// @param priority `skb->priority` of what it sends, 0 for the kernel's
public record NicSettings(
        List<Cidr> routes,
        long ingress,
        long egress,
        NicFilter filter,
        boolean isolated,
        NicVlans vlans,
        long priority) {
    static final NicSettings NONE = new NicSettings(List.of(), 0, 0, NicFilter.NONE, false, NicVlans.NONE, 0);

    public NicSettings {
        routes = List.copyOf(routes);
    }

    /// Whether nothing of it outlives the interface on the host, so that nothing need be cleared away.
    boolean goesWithTheInterface(boolean bridged) {
        return (routes.isEmpty() || !bridged) && egress == 0 && !filtered();
    }

    boolean filtered() {
        return !filter.isNone() || priority > 0;
    }

    /// As it is, with this as the only IPv4 address that the filter lets pass.
    NicSettings withIpv4(IpAddress address) {
        var f = new NicFilter(filter.mac(), filter.ipv4(), Optional.of(address), filter.ipv6(), filter.ipv6Address());
        return new NicSettings(routes, ingress, egress, f, isolated, vlans, priority);
    }

    NicSettings withPriority(long to) {
        return new NicSettings(routes, ingress, egress, filter, isolated, vlans, to);
    }
}
