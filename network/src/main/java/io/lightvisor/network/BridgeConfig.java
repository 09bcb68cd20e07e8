package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A managed bridge as it should be: the keys of a validated network, typed, with the defaults in place.
///
/// @param mtu empty for the default of 1500
/// @param hwaddr empty for one made of the daemon's tag and the name
/// @param search what clients get as search list instead of the domain
record BridgeConfig(
        String name,
        Family ipv4,
        Family ipv6,
        boolean statefulDhcp6,
        DnsMode dnsMode,
        String domain,
        List<String> search,
        OptionalInt mtu,
        Optional<MacAddress> hwaddr,
        List<String> externalInterfaces,
        String rawDnsmasq) {
    static final int DEFAULT_MTU = 1500;

    enum DnsMode {
        MANAGED,
        DYNAMIC,
        NONE
    }

    /// One IP version of a bridge.
    ///
    /// @param address the bridge's own with the subnet's prefix; everything else is moot without it
    /// @param expiry of leases, as dnsmasq reads it: `1h`
    /// @param natBefore whether the NAT rule comes before those of others
    record Family(
            Optional<Cidr> address,
            boolean dhcp,
            String expiry,
            Optional<IpAddress> gateway,
            List<IpRange> ranges,
            boolean firewall,
            boolean nat,
            Optional<IpAddress> natAddress,
            boolean natBefore,
            List<Cidr> routes,
            boolean routing) {}

    /// Types the keys of a network that [BridgeRules] has let pass.
    static BridgeConfig of(Network network) {
        var keys = new NetworkConfig(network.config());
        return new BridgeConfig(
                network.name().value(),
                family(keys, "ipv4"),
                family(keys, "ipv6"),
                keys.flag("ipv6.dhcp.stateful", false),
                switch (keys.text("dns.mode", "managed")) {
                    case "none" -> DnsMode.NONE;
                    case "dynamic" -> DnsMode.DYNAMIC;
                    default -> DnsMode.MANAGED;
                },
                keys.text("dns.domain", "lxd"),
                keys.find("dns.search").map(BridgeConfig::list).orElse(List.of()),
                keys.find("bridge.mtu")
                        .map(m -> OptionalInt.of(Integer.parseInt(m)))
                        .orElse(OptionalInt.empty()),
                keys.find("bridge.hwaddr").map(MacAddress::parse),
                keys.find("bridge.external_interfaces").map(BridgeConfig::list).orElse(List.of()),
                keys.text("raw.dnsmasq", ""));
    }

    private static Family family(NetworkConfig keys, String f) {
        return new Family(
                keys.find(f + ".address").filter(a -> !a.equals("none")).flatMap(Cidr::find),
                keys.flag(f + ".dhcp", true),
                keys.text(f + ".dhcp.expiry", "1h"),
                keys.find(f + ".dhcp.gateway").flatMap(IpAddress::find),
                keys.find(f + ".dhcp.ranges").map(BridgeConfig::ranges).orElse(List.of()),
                keys.flag(f + ".firewall", true),
                keys.flag(f + ".nat", false),
                keys.find(f + ".nat.address").flatMap(IpAddress::find),
                !keys.text(f + ".nat.order", "before").equals("after"),
                keys.find(f + ".routes").map(BridgeConfig::cidrs).orElse(List.of()),
                keys.flag(f + ".routing", true));
    }

    int effectiveMtu() {
        return mtu.orElse(DEFAULT_MTU);
    }

    /// Splits at commas, without the blanks around the parts.
    static List<String> list(String text) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (true) {
            int comma = text.indexOf(',', from);
            String part =
                    text.substring(from, comma < 0 ? text.length() : comma).strip();
            if (!part.isEmpty()) {
                parts.add(part);
            }
            if (comma < 0) {
                return List.copyOf(parts);
            }
            from = comma + 1;
        }
    }

    private static List<Cidr> cidrs(String text) {
        return list(text).stream().flatMap(part -> Cidr.find(part).stream()).toList();
    }

    private static List<IpRange> ranges(String text) {
        return list(text).stream().flatMap(part -> range(part).stream()).toList();
    }

    static Optional<IpRange> range(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        var first = IpAddress.find(text.substring(0, dash).strip());
        var last = IpAddress.find(text.substring(dash + 1).strip());
        return first.isPresent() && last.isPresent()
                ? Optional.of(new IpRange(first.get(), last.get()))
                : Optional.empty();
    }
}
