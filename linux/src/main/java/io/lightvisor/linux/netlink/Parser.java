package io.lightvisor.linux.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Turns the payloads of rtnetlink messages into values. Numbers from include/uapi/linux/if_link.h, if_addr.h,
/// rtnetlink.h and neighbour.h.
final class Parser {
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_STATS64 = 23;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_BR_FORWARD_DELAY = 1;
    private static final int IFLA_BR_STP_STATE = 5;
    private static final int IFLA_BR_VLAN_FILTERING = 7;
    private static final int IFLA_BR_BRIDGE_ID = 11;
    private static final int IFLA_BR_VLAN_DEFAULT_PVID = 39;
    private static final int IFLA_VLAN_ID = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTN_UNICAST = 1;
    private static final int RTM_F_CLONED = 0x200;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int LINK_HEADER = 16;
    private static final int ADDRESS_HEADER = 8;
    private static final int ROUTE_HEADER = 12;
    private static final int NEIGHBOUR_HEADER = 12;

    private Parser() {}

    /// struct ifinfomsg and its attributes.
    static @Nullable Link link(ByteBuffer in) {
        if (in.remaining() < LINK_HEADER) {
            return null;
        }
        int start = in.position();
        int hardware = in.getShort(start + 2) & 0xffff;
        int index = in.getInt(start + 4);
        int flags = in.getInt(start + 8);
        String name = "";
        String kind = "";
        int mtu = 0;
        Optional<MacAddress> address = Optional.empty();
        int master = 0;
        int lower = 0;
        Optional<NamespaceId> lowerNamespace = Optional.empty();
        int operState = 0;
        String alias = "";
        var stats = LinkStats.ZERO;
        Optional<Link.BridgeInfo> bridge = Optional.empty();
        var vlan = OptionalInt.empty();
        for (var a = new Attributes(in, LINK_HEADER); a.next(); ) {
            switch (a.type()) {
                case IFLA_ADDRESS -> {
                    if (a.length() == 6) {
                        address = Optional.of(MacAddress.of(a.bytes()));
                    }
                }
                case IFLA_IFNAME -> name = a.text();
                case IFLA_MTU -> mtu = a.number();
                case IFLA_LINK -> lower = a.number();
                case IFLA_MASTER -> master = a.number();
                case IFLA_OPERSTATE -> operState = a.number();
                case IFLA_IFALIAS -> alias = a.text();
                case IFLA_LINK_NETNSID -> lowerNamespace = Optional.of(new NamespaceId(a.number()));
                case IFLA_STATS64 ->
                    stats = new LinkStats(
                            a.number64(0),
                            a.number64(8),
                            a.number64(16),
                            a.number64(24),
                            a.number64(32),
                            a.number64(40),
                            a.number64(48),
                            a.number64(56));
                case IFLA_LINKINFO -> {
                    for (var info = a.nested(); info.next(); ) {
                        if (info.type() == IFLA_INFO_KIND) {
                            kind = info.text();
                        } else if (info.type() == IFLA_INFO_DATA && kind.equals("bridge")) {
                            bridge = Optional.of(bridge(info.nested()));
                        } else if (info.type() == IFLA_INFO_DATA && kind.equals("vlan")) {
                            vlan = vlan(info.nested());
                        }
                    }
                }
                default -> {}
            }
        }
        return new Link(
                index,
                name,
                kind,
                hardware,
                flags,
                mtu,
                address,
                master,
                lower,
                lowerNamespace,
                operState,
                alias,
                stats,
                bridge,
                vlan);
    }

    private static Link.BridgeInfo bridge(Attributes data) {
        String id = "";
        boolean stp = false;
        int forwardDelay = 0;
        boolean filtering = false;
        int defaultVlan = 0;
        while (data.next()) {
            switch (data.type()) {
                case IFLA_BR_FORWARD_DELAY -> forwardDelay = data.number();
                case IFLA_BR_STP_STATE -> stp = data.number() != 0;
                case IFLA_BR_VLAN_FILTERING -> filtering = data.number() != 0;
                case IFLA_BR_VLAN_DEFAULT_PVID -> defaultVlan = data.number();
                case IFLA_BR_BRIDGE_ID -> id = bridgeId(data.bytes());
                default -> {}
            }
        }
        return new Link.BridgeInfo(id, stp, forwardDelay, filtering, defaultVlan);
    }

    /// struct ifla_bridge_id: two bytes of priority, six of address.
    private static String bridgeId(byte[] bytes) {
        var text = new StringBuilder(17);
        for (int i = 0; i < bytes.length; i++) {
            if (i == 2) {
                text.append('.');
            }
            text.append(Character.forDigit(bytes[i] >> 4 & 15, 16)).append(Character.forDigit(bytes[i] & 15, 16));
        }
        return text.toString();
    }

    private static OptionalInt vlan(Attributes data) {
        while (data.next()) {
            if (data.type() == IFLA_VLAN_ID) {
                return OptionalInt.of(data.number());
            }
        }
        return OptionalInt.empty();
    }

    /// struct ifaddrmsg and its attributes.
    static @Nullable InterfaceAddress address(ByteBuffer in) {
        if (in.remaining() < ADDRESS_HEADER || !isIp(in)) {
            return null;
        }
        int start = in.position();
        int prefix = in.get(start + 1) & 0xff;
        int flags = in.get(start + 2) & 0xff;
        int scope = in.get(start + 3) & 0xff;
        int index = in.getInt(start + 4);
        IpAddress address = null;
        IpAddress local = null;
        for (var a = new Attributes(in, ADDRESS_HEADER); a.next(); ) {
            switch (a.type()) {
                case IFA_ADDRESS -> address = ip(a);
                case IFA_LOCAL -> local = ip(a);
                case IFA_FLAGS -> flags = a.number();
                default -> {}
            }
        }
        // On a point-to-point link IFA_ADDRESS is the other side.
        var own = local != null ? local : address;
        return own == null ? null : new InterfaceAddress(index, own, prefix, scope, flags);
    }

    /// struct rtmsg and its attributes; null for what is no unicast route.
    static @Nullable Route route(ByteBuffer in) {
        if (in.remaining() < ROUTE_HEADER || !isIp(in)) {
            return null;
        }
        int start = in.position();
        int prefix = in.get(start + 1) & 0xff;
        int table = in.get(start + 4) & 0xff;
        int protocol = in.get(start + 5) & 0xff;
        if (in.get(start + 7) != RTN_UNICAST || (in.getInt(start + 8) & RTM_F_CLONED) != 0) {
            return null;
        }
        var destination = in.get(start) == AF_INET6 ? IpAddress.v6(0, 0) : IpAddress.v4(0);
        Optional<IpAddress> gateway = Optional.empty();
        int link = 0;
        int metric = 0;
        for (var a = new Attributes(in, ROUTE_HEADER); a.next(); ) {
            switch (a.type()) {
                case RTA_DST -> {
                    var ip = ip(a);
                    destination = ip != null ? ip : destination;
                }
                case RTA_OIF -> link = a.number();
                case RTA_GATEWAY -> gateway = Optional.ofNullable(ip(a));
                case RTA_PRIORITY -> metric = a.number();
                case RTA_TABLE -> table = a.number();
                // struct rtnexthop: length, flags, hops, index; the first next hop stands for all.
                case RTA_MULTIPATH -> link = a.number(4);
                default -> {}
            }
        }
        return new Route(destination, prefix, gateway, link, table, protocol, metric);
    }

    /// struct ndmsg and its attributes.
    static @Nullable Neighbour neighbour(ByteBuffer in) {
        if (in.remaining() < NEIGHBOUR_HEADER || !isIp(in)) {
            return null;
        }
        int start = in.position();
        int link = in.getInt(start + 4);
        int state = in.getShort(start + 8) & 0xffff;
        IpAddress address = null;
        Optional<MacAddress> hardware = Optional.empty();
        for (var a = new Attributes(in, NEIGHBOUR_HEADER); a.next(); ) {
            if (a.type() == NDA_DST) {
                address = ip(a);
            } else if (a.type() == NDA_LLADDR && a.length() == 6) {
                hardware = Optional.of(MacAddress.of(a.bytes()));
            }
        }
        return address == null ? null : new Neighbour(link, address, hardware, state);
    }

    private static boolean isIp(ByteBuffer in) {
        int family = in.get(in.position());
        return family == AF_INET || family == AF_INET6;
    }

    private static @Nullable IpAddress ip(Attributes a) {
        return a.length() == 4 || a.length() == 16 ? IpAddress.of(a.bytes()) : null;
    }
}
