package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.Network;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads what a NIC has beside its being there from its options, and checks it, in LXD's words. Pure.
final class NicSettingsReader {
    private static final int MOST_VLAN = 4094;

    private NicSettingsReader() {}

    /// Checks what can be said without an instance.
    ///
    /// @param network the managed network it belongs to
    static void validate(Map<String, String> options, boolean bridged, Optional<Network> network) {
        vlans(options);
        if (bridged && network.isEmpty()) {
            requireAddress(options, "ipv4", "IPv4");
            requireAddress(options, "ipv6", "IPv6");
        }
        routes(options);
    }

    private static void requireAddress(Map<String, String> options, String family, String word) {
        if (flag(options, "security." + family + "_filtering")
                && text(options, family + ".address").isEmpty()) {
            throw bad(word + " filtering requires a manually specified " + family
                    + ".address when using an unmanaged parent bridge");
        }
    }

    /// @throws ProblemException also for limits that are none: they are looked at only now, as LXD does
    static NicSettings read(Map<String, String> options, Optional<Network> network, MacAddress hwaddr) {
        String both = text(options, "limits.max");
        return new NicSettings(
                routes(options),
                rate(both.isEmpty() ? text(options, "limits.ingress") : both),
                rate(both.isEmpty() ? text(options, "limits.egress") : both),
                filter(options, network, hwaddr),
                flag(options, "security.port_isolation"),
                vlans(options),
                number(text(options, "limits.priority")));
    }

    private static long rate(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return BitRate.find(text)
                .orElseThrow(() -> new Problem.BadRequest(
                                "Invalid value: " + Problem.printable(text),
                                "",
                                "write bits per second, as in 10Mbit or 500kbit")
                        .exception());
    }

    private static NicFilter filter(Map<String, String> options, Optional<Network> network, MacAddress hwaddr) {
        boolean v4 = flag(options, "security.ipv4_filtering");
        boolean v6 = flag(options, "security.ipv6_filtering");
        return new NicFilter(
                flag(options, "security.mac_filtering"),
                v4,
                IpAddress.find(text(options, "ipv4.address")),
                v6,
                v6 && text(options, "ipv6.address").isEmpty()
                        ? ownIpv6(network, hwaddr)
                        : IpAddress.find(text(options, "ipv6.address")));
    }

    /// The address that a guest makes of its hardware address and the network's prefix.
    private static Optional<IpAddress> ownIpv6(Optional<Network> network, MacAddress hwaddr) {
        return network.flatMap(n -> BridgeConfig.of(n).ipv6().address())
                .filter(subnet -> subnet.prefix() == 64)
                .map(subnet -> IpAddress.v6(subnet.first().high(), hwaddr.eui64()));
    }

    private static List<Cidr> routes(Map<String, String> options) {
        var routes = new ArrayList<Cidr>();
        for (String key : List.of("ipv4.routes", "ipv6.routes", "ipv4.routes.external", "ipv6.routes.external")) {
            for (String part : BridgeConfig.list(text(options, key))) {
                routes.add(Cidr.find(part)
                        .filter(c -> c.address().equals(c.first()))
                        .orElseThrow(() -> bad("Invalid value for device option \"" + key + "\": Item \""
                                + Problem.printable(part) + "\": Not an " + (key.startsWith("ipv4") ? "IPv4" : "IPv6")
                                + " network address \"" + Problem.printable(part) + "\"")));
            }
        }
        return routes;
    }

    // ---- VLANs

    private static NicVlans vlans(Map<String, String> options) {
        String untagged = text(options, "vlan");
        var tagged = new ArrayList<Integer>();
        for (String part : BridgeConfig.list(text(options, "vlan.tagged"))) {
            range(part, tagged);
        }
        for (int id : tagged) {
            if (id == 0) {
                throw bad("VLAN tagged ID 0 is not allowed for native Linux bridges");
            }
            if (untagged.equals(Integer.toString(id))) {
                throw bad("Invalid value for device option \"vlan.tagged\": Tagged VLAN ID \"" + id
                        + "\" cannot be the same as untagged VLAN ID");
            }
        }
        boolean none = untagged.equals("none");
        return new NicVlans(
                untagged.isEmpty() || none ? OptionalInt.empty() : OptionalInt.of((int) number(untagged)),
                none,
                tagged);
    }

    /// `5` or `10-20`.
    private static void range(String part, List<Integer> into) {
        int dash = part.indexOf('-');
        long first = number(dash < 0 ? part : part.substring(0, dash));
        long last = dash < 0 ? first : number(part.substring(dash + 1));
        if (first < 0 || last < first) {
            throw bad("Invalid VLAN range input: " + Problem.printable(part));
        }
        if (last > MOST_VLAN) {
            throw bad("Invalid value for device option \"vlan.tagged\": Out of VLAN ID range (0-4094) \""
                    + Problem.printable(part) + "\"");
        }
        for (long id = first; id <= last; id++) {
            into.add((int) id);
        }
    }

    // ---- values

    private static String text(Map<String, String> options, String key) {
        return options.getOrDefault(key, "");
    }

    private static boolean flag(Map<String, String> options, String key) {
        return Booleans.parse(text(options, key));
    }

    /// -1 if it is none; 0 if there is nothing.
    private static long number(String text) {
        if (text.length() > 10) {
            return -1;
        }
        long n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            n = n * 10 + c - '0';
        }
        return n;
    }

    private static ProblemException bad(String what) {
        return Problem.badRequest(what).exception();
    }
}
