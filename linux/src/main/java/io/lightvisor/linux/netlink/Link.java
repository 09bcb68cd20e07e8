package io.lightvisor.linux.netlink;

import java.util.Optional;
import java.util.OptionalInt;

/// A link as the kernel tells of it.
///
/// @param kind `bridge`, `veth`, `macvlan`...; empty for hardware and loopback
/// @param hardware ARPHRD number, include/uapi/linux/if_arp.h
/// @param flags IFF bits, include/uapi/linux/if.h
/// @param address of Ethernet-like links only
/// @param master index of its bridge or bond, or 0
/// @param lower index of the link below or of the veth peer (in `lowerNamespace` if there is one), or 0
/// @param operState IF_OPER number, RFC 2863
/// @param alias the note set by `ip link set alias`; empty if none
/// @param stats zeros if not asked for
public record Link(
        int index,
        String name,
        String kind,
        int hardware,
        int flags,
        int mtu,
        Optional<MacAddress> address,
        int master,
        int lower,
        Optional<NamespaceId> lowerNamespace,
        int operState,
        String alias,
        LinkStats stats,
        Optional<BridgeInfo> bridge,
        OptionalInt vlanId) {
    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;
    private static final int IFF_UP = 0x1;
    private static final int IFF_BROADCAST = 0x2;
    private static final int IFF_LOOPBACK = 0x8;
    private static final int IFF_POINTOPOINT = 0x10;

    /// Of a bridge.
    ///
    /// @param id priority and address: `8000.00163e4a07c7`
    /// @param forwardDelay in hundredths of a second
    /// @param defaultVlan the VLAN of untagged frames when `vlanFiltering`
    public record BridgeInfo(String id, boolean stp, int forwardDelay, boolean vlanFiltering, int defaultVlan) {}

    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    public boolean isBroadcast() {
        return (flags & IFF_BROADCAST) != 0;
    }

    public boolean isLoopback() {
        return hardware == ARPHRD_LOOPBACK || (flags & IFF_LOOPBACK) != 0;
    }

    public boolean isPointToPoint() {
        return (flags & IFF_POINTOPOINT) != 0;
    }

    public boolean isEthernet() {
        return hardware == ARPHRD_ETHER;
    }
}
