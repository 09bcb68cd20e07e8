package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.Network;
import io.lightvisor.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the keys of a managed bridge may say, in LXD's words where it has them. Every key is known, refused with a
/// reason, or unknown; none is ignored.
final class BridgeRules {
    private static final int SMALLEST_MTU = 1280;
    private static final int LARGEST_MTU = 16384;
    private static final int LONGEST_RAW = 64 * 1024;

    /// Says what is wrong with a value, or null.
    private interface Check {
        @Nullable
        String complaint(String value);
    }

    private static final Map<String, Check> KEYS = keys();

    private BridgeRules() {}

    private static Map<String, Check> keys() {
        var keys = new TreeMap<String, Check>();
        keys.put("bridge.driver", BridgeRules::driver);
        keys.put("bridge.mode", value -> oneOf(value, "standard", "fan"));
        keys.put("bridge.mtu", BridgeRules::mtu);
        keys.put("bridge.hwaddr", BridgeRules::hwaddr);
        keys.put("bridge.external_interfaces", value -> each(value, BridgeRules::externalInterface));
        keys.put("dns.domain", value -> DnsNames.isDomain(value) ? null : "Not a domain name " + quoted(value));
        keys.put("dns.mode", value -> oneOf(value, "dynamic", "managed", "none"));
        keys.put(
                "dns.search",
                value -> each(value, v -> DnsNames.isDomain(v) ? null : "Not a domain name " + quoted(v)));
        keys.put("raw.dnsmasq", BridgeRules::raw);
        for (String family : List.of("ipv4", "ipv6")) {
            boolean v6 = family.equals("ipv6");
            keys.put(family + ".address", value -> address(value, v6));
            keys.put(family + ".dhcp", BridgeRules::bool);
            keys.put(family + ".dhcp.expiry", BridgeRules::expiry);
            keys.put(family + ".dhcp.ranges", value -> each(value, v -> range(v, v6)));
            keys.put(family + ".firewall", BridgeRules::bool);
            keys.put(family + ".nat", BridgeRules::bool);
            keys.put(family + ".nat.order", value -> oneOf(value, "before", "after"));
            keys.put(family + ".nat.address", value -> ip(value, v6));
            keys.put(family + ".routes", value -> each(value, v -> route(v, v6)));
            keys.put(family + ".routing", BridgeRules::bool);
        }
        keys.put("ipv4.dhcp.gateway", value -> ip(value, false));
        keys.put("ipv6.dhcp.stateful", BridgeRules::bool);
        return keys;
    }

    /// The first thing that is wrong with a network of type `bridge`, or nothing.
    static Optional<Problem> complaint(Network network) {
        for (var entry : network.config().entrySet()) {
            String key = entry.getKey();
            String value = entry.getValue();
            if (key.startsWith("user.")) {
                continue;
            }
            var refused = notOffered(key);
            if (refused != null && !value.isEmpty()) {
                return Optional.of(new Problem.Unsupported(
                        "Invalid option for network " + quoted(network.name().value()) + " option " + quoted(key),
                        refused,
                        ""));
            }
            var check = KEYS.get(key);
            if (check == null && refused == null) {
                return Optional.of(Problem.badRequest(
                        "Invalid option for network " + quoted(network.name().value()) + " option " + quoted(key)));
            }
            String wrong = value.isEmpty() || check == null ? null : check.complaint(value);
            if (wrong != null) {
                return Optional.of(bad(network, key, wrong));
            }
        }
        return together(network);
    }

    private static Problem bad(Network network, String key, String wrong) {
        return Problem.badRequest("Invalid value for network "
                + quoted(network.name().value()) + " option " + quoted(key) + ": " + wrong);
    }

    /// What only shows when keys are seen side by side.
    private static Optional<Problem> together(Network network) {
        var keys = new NetworkConfig(network.config());
        if (keys.text("bridge.mode", "standard").equals("fan")) {
            return Optional.of(new Problem.Unsupported(
                    "Invalid value for network " + quoted(network.name().value()) + " option \"bridge.mode\": fan",
                    "the fan needs a kernel of Ubuntu",
                    ""));
        }
        for (String family : List.of("ipv4", "ipv6")) {
            boolean v6 = family.equals("ipv6");
            var address = keys.find(family + ".address").flatMap(Cidr::find);
            if (address.isEmpty()) {
                continue;
            }
            var subnet = address.get();
            for (String text : BridgeConfig.list(keys.text(family + ".dhcp.ranges", ""))) {
                var range = BridgeConfig.range(text).orElseThrow();
                if (range.first().compareTo(range.last()) > 0) {
                    return Optional.of(bad(
                            network,
                            family + ".dhcp.ranges",
                            "Item " + quoted(text) + ": Start IP must be less than or equal to End IP"));
                }
                if (!subnet.contains(range.first()) || !subnet.contains(range.last())) {
                    return Optional.of(bad(
                            network,
                            family + ".dhcp.ranges",
                            "Item " + quoted(text) + ": IP range is outside the network's subnet " + subnet.subnet()));
                }
            }
            var gateway = keys.find(family + ".dhcp.gateway").flatMap(IpAddress::find);
            if (!v6 && gateway.isPresent() && !subnet.contains(gateway.get())) {
                return Optional.of(bad(
                        network,
                        family + ".dhcp.gateway",
                        "Gateway " + quoted(gateway.get().toString()) + " is outside the network's subnet "
                                + subnet.subnet()));
            }
        }
        return Optional.empty();
    }

    /// Why a key of LXD is refused here, or null if it is none of those.
    private static @Nullable String notOffered(String key) {
        if (key.startsWith("fan.")) {
            return "the fan needs a kernel of Ubuntu";
        }
        if (key.startsWith("tunnel.")) {
            return "this version makes no tunnels";
        }
        if (key.startsWith("bgp.")) {
            return "this version does not speak BGP";
        }
        if (key.startsWith("security.acls")) {
            return "this version has no network ACLs";
        }
        if (key.startsWith("maas.")) {
            return "this version does not speak to MAAS";
        }
        if (key.startsWith("dns.zone.")) {
            return "this version has no network zones";
        }
        if (key.equals("ipv4.ovn.ranges") || key.equals("ipv6.ovn.ranges")) {
            return "this version has no OVN networks";
        }
        return null;
    }

    // ---- values

    private static String quoted(String value) {
        return "\"" + Problem.printable(value) + "\"";
    }

    private static @Nullable String bool(String value) {
        return Booleans.isBoolean(value) ? null : "Invalid value for a boolean " + quoted(value);
    }

    private static @Nullable String oneOf(String value, String... allowed) {
        for (String a : allowed) {
            if (a.equals(value)) {
                return null;
            }
        }
        return "Invalid value " + quoted(value) + " (not one of [" + String.join(" ", allowed) + "])";
    }

    private static @Nullable String driver(String value) {
        return value.equals("openvswitch")
                ? "Open vSwitch is not supported by this version"
                : oneOf(value, "native", "openvswitch");
    }

    private static @Nullable String mtu(String value) {
        int mtu;
        try {
            mtu = Integer.parseInt(value);
        } catch (NumberFormatException _) {
            return "Invalid MTU " + quoted(value);
        }
        return mtu < SMALLEST_MTU || mtu > LARGEST_MTU
                ? "Out of MTU range (" + SMALLEST_MTU + "-" + LARGEST_MTU + ") " + quoted(value)
                : null;
    }

    private static @Nullable String hwaddr(String value) {
        var mac = MacAddress.find(value);
        if (mac.isEmpty()) {
            return "Invalid MAC address, must be 6 bytes of hex separated by colons";
        }
        // IEEE 802: the lowest bit of the first byte says "group".
        return (mac.get().bits() >> 40 & 1) != 0 || mac.get().bits() == 0
                ? "Invalid MAC address, must be that of one station"
                : null;
    }

    private static @Nullable String externalInterface(String value) {
        String wrong = InterfaceNames.complaint(value);
        return wrong == null ? null : "Invalid interface name " + quoted(value) + ": " + wrong;
    }

    private static @Nullable String raw(String value) {
        if (value.length() > LONGEST_RAW) {
            return "Longer than " + LONGEST_RAW + " characters";
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\n' && c != '\t' || c == 0x7f) {
                return "Contains a control character";
            }
        }
        return null;
    }

    private static @Nullable String address(String value, boolean v6) {
        if (value.equals("none") || value.equals("auto")) {
            return null;
        }
        var cidr = Cidr.find(value);
        if (cidr.isEmpty() || !v6 && cidr.get().address().v6()) {
            return "invalid CIDR address: " + Problem.printable(value);
        }
        var c = cidr.get();
        int host = c.address().bits() - c.prefix();
        boolean usable = c.address().v6() == v6
                && host > 0
                && !c.address().isMulticast()
                && !c.address().isLoopback()
                && !c.address().equals(c.first())
                && (v6 || host < 2 || !c.address().equals(c.last()));
        return usable ? null : "Not a usable " + (v6 ? "IPv6" : "IPv4") + " address " + quoted(value);
    }

    private static @Nullable String ip(String value, boolean v6) {
        var ip = IpAddress.find(value);
        return ip.isPresent() && ip.get().v6() == v6
                ? null
                : "Not an " + (v6 ? "IPv6" : "IPv4") + " address " + quoted(value);
    }

    private static @Nullable String range(String value, boolean v6) {
        int dash = value.indexOf('-');
        if (dash < 0) {
            return "IP range must contain start and end IP addresses";
        }
        String first = ip(value.substring(0, dash).strip(), v6);
        return first != null ? first : ip(value.substring(dash + 1).strip(), v6);
    }

    private static @Nullable String route(String value, boolean v6) {
        var cidr = Cidr.find(value);
        if (cidr.isEmpty()) {
            return "invalid CIDR address: " + Problem.printable(value);
        }
        if (cidr.get().address().v6() != v6) {
            return "Not an " + (v6 ? "IPv6" : "IPv4") + " network " + quoted(value);
        }
        return cidr.get().address().equals(cidr.get().first()) ? null : "Not a network address " + quoted(value);
    }

    /// A number with a unit, or `infinite`: "dhcp-range", dnsmasq(8).
    private static @Nullable String expiry(String value) {
        if (value.equals("infinite")) {
            return null;
        }
        int digits = 0;
        while (digits < value.length() && value.charAt(digits) >= '0' && value.charAt(digits) <= '9') {
            digits++;
        }
        boolean unit = digits == value.length() - 1 && "smhdwSMHDW".indexOf(value.charAt(digits)) >= 0;
        return digits > 0 && digits <= 9 && (unit || digits == value.length())
                ? null
                : "Not a lease time " + quoted(value) + ", which is a number with s, m, h, d or w, or \"infinite\"";
    }

    private static @Nullable String each(String value, Check check) {
        for (String item : BridgeConfig.list(value)) {
            String wrong = check.complaint(item);
            if (wrong != null) {
                return wrong.startsWith("Invalid interface") ? wrong : "Item " + quoted(item) + ": " + wrong;
            }
        }
        return null;
    }
}
