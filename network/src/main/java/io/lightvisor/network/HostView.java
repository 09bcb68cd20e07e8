package io.lightvisor.network;

import java.util.List;
import java.util.Set;

/// What the host's own network is like, as far as planning needs it.
///
/// @param interfaces the names of all interfaces
/// @param claims address space that is in use or leads somewhere
/// @param ipv6 whether the kernel speaks it
public record HostView(Set<String> interfaces, List<Claim> claims, boolean ipv6) {
    /// A host without any network.
    public static final HostView EMPTY = new HostView(Set.of(), List.of(), true);

    public HostView {
        interfaces = Set.copyOf(interfaces);
        claims = List.copyOf(claims);
    }

    /// A part of the address space.
    ///
    /// @param direct whether the host itself is in it, instead of having a route through a gateway
    /// @param interfaceName whose it is
    /// @param source for people: `address 192.0.2.2/24 of eth0`, `route to 10.0.0.0/8 by eth0`
    public record Claim(Cidr subnet, boolean direct, String interfaceName, String source) {}
}
