package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import java.util.Optional;

/// Which frames a guest may send: only those from its own addresses (`security.mac_filtering`,
/// `security.ipv4_filtering`, `security.ipv6_filtering`). What is told to others about who has an address
/// (ARP, neighbour advertisements) is checked as well.
///
/// @param mac whether the hardware address must be its own; IP filters imply it
/// @param ipv4 whether IPv4 is filtered
/// @param ipv4Address the one address that may be used; with `ipv4` and without an address, none may
/// @param ipv6 whether IPv6 is filtered
/// @param ipv6Address as `ipv4Address`
public record NicFilter(
        boolean mac, boolean ipv4, Optional<IpAddress> ipv4Address, boolean ipv6, Optional<IpAddress> ipv6Address) {
    static final NicFilter NONE = new NicFilter(false, false, Optional.empty(), false, Optional.empty());

    boolean isNone() {
        return !mac && !ipv4 && !ipv6;
    }

    /// The rules of what goes to the host itself, before those of [#rules]: DHCP begins without an address.
    String towardsHost() {
        var out = new StringBuilder();
        if (ipv4 && ipv4Address.isPresent()) {
            rule(out, "ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp dport 67 accept");
        }
        if (ipv6 && ipv6Address.isPresent()) {
            rule(out, "ip6 saddr fe80::/10 ip6 daddr ff02::1:2 udp dport 547 accept");
        }
        return out.toString();
    }

    /// The rules of all that it sends, in the language of nft(8), family `bridge`.
    String rules(MacAddress own) {
        var out = new StringBuilder();
        String hex = "0x" + own.toString().replace(":", "");
        rule(out, "ether saddr != " + own + " drop");
        rule(out, "arp saddr ether != " + own + " drop");
        // The target's hardware address, behind the option's type and length.
        rule(out, "icmpv6 type nd-neighbor-advert @nh,528,48 != " + hex + " drop");
        if (ipv4) {
            ipv4Address.ifPresent(ip -> {
                rule(out, "arp saddr ip " + ip + " accept");
                rule(out, "ip saddr " + ip + " accept");
            });
            rule(out, "ether type { ip, arp } drop");
        }
        if (ipv6) {
            ipv6Address.ifPresent(ip -> ipv6(out, ip));
            rule(out, "ether type ip6 drop");
        }
        if (ipv4 || ipv6) {
            rule(out, "ether type != { ip, ip6, arp } drop");
        }
        return out.toString();
    }

    private static void ipv6(StringBuilder out, IpAddress ip) {
        rule(out, "icmpv6 type nd-router-advert drop");
        // The target of an advertisement stands behind 40 bytes of IPv6 and 8 of ICMPv6.
        rule(out, "icmpv6 type nd-neighbor-advert @nh,384,128 " + hex(ip) + " accept");
        rule(out, "icmpv6 type nd-neighbor-advert @nh,384,16 0xfe80 accept");
        rule(out, "icmpv6 type nd-neighbor-advert drop");
        String asking = "icmpv6 type { nd-neighbor-solicit, nd-router-solicit, mld2-listener-report } accept";
        rule(out, "ip6 saddr :: " + asking);
        rule(out, "ip6 saddr fe80::/10 " + asking);
        rule(out, "ip6 saddr " + ip + " accept");
    }

    private static String hex(IpAddress ip) {
        var text = new StringBuilder("0x");
        for (byte b : ip.bytes()) {
            text.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    private static void rule(StringBuilder out, String rule) {
        out.append("\t\t").append(rule).append('\n');
    }
}
