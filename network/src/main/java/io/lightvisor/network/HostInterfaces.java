package io.lightvisor.network;

import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.Rtnetlink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Looks at the host's own interfaces.
final class HostInterfaces {
    private final Rtnetlink look;

    HostInterfaces(Rtnetlink look) {
        this.look = look;
    }

    /// The host's interfaces, addresses and routes.
    HostView view() {
        var names = new HashMap<Integer, String>();
        for (var link : look.linksWithoutStats()) {
            names.put(link.index(), link.name());
        }
        var claims = new ArrayList<HostView.Claim>();
        for (var a : look.addresses()) {
            String name = names.getOrDefault(a.index(), "?");
            var cidr = new Cidr(a.address(), a.prefix());
            claims.add(new HostView.Claim(cidr.subnet(), true, name, "address " + cidr + " of " + name));
        }
        for (var r : look.routes()) {
            if (!r.isDefault()) {
                String name = names.getOrDefault(r.link(), "?");
                var cidr = new Cidr(r.destination(), r.prefix());
                claims.add(new HostView.Claim(cidr, r.gateway().isEmpty(), name, "route to " + cidr + " by " + name));
            }
        }
        return new HostView(new HashSet<>(names.values()), claims, Sysctl.hasIpv6());
    }

    /// The host's interfaces but for the ends of pairs, in the kernel's order; managed bridges are among them.
    List<HostInterface> list() {
        var found = new ArrayList<HostInterface>();
        for (var link : look.linksWithoutStats()) {
            if (!link.kind().equals("veth")) {
                found.add(new HostInterface(link.name(), InterfaceWords.kind(link)));
            }
        }
        return found;
    }

    /// The state of an interface of the host; empty if there is none of that name.
    Optional<NetworkState> state(String interfaceName) {
        if (InterfaceNames.complaint(interfaceName) != null) {
            return Optional.empty();
        }
        return look.find(interfaceName).map(this::state);
    }

    private NetworkState state(Link link) {
        var addresses =
                look.addresses(link.index()).stream().map(NicAddress::of).toList();
        return new NetworkState(
                link.name(),
                addresses,
                link.stats(),
                InterfaceWords.hwaddr(link),
                link.mtu(),
                link.isUp(),
                InterfaceWords.type(link),
                link.bridge()
                        .map(b -> new NetworkState.Bridge(
                                b.id(),
                                b.stp(),
                                b.forwardDelay(),
                                b.vlanFiltering() ? b.defaultVlan() : 0,
                                b.vlanFiltering(),
                                ports(link.index()))),
                link.vlanId().isPresent()
                        ? Optional.of(new NetworkState.Vlan(
                                look.find(link.lower()).map(Link::name).orElse(""),
                                link.vlanId().getAsInt()))
                        : Optional.empty());
    }

    private List<String> ports(int bridge) {
        var names = new ArrayList<String>();
        for (var link : look.linksWithoutStats()) {
            if (link.master() == bridge) {
                names.add(link.name());
            }
        }
        return List.copyOf(names);
    }
}
