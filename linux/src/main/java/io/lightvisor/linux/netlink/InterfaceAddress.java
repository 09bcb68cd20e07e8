package io.lightvisor.linux.netlink;

/// An address of a link.
///
/// @param index the link's
/// @param scope RT_SCOPE number, include/uapi/linux/rtnetlink.h: 0 global, 253 link, 254 host
/// @param flags IFA_F bits, include/uapi/linux/if_addr.h
public record InterfaceAddress(int index, IpAddress address, int prefix, int scope, int flags) {
    private static final int NODAD = 0x02;
    private static final int TENTATIVE = 0x40;

    /// An address to be added. An IPv6 one skips duplicate detection, so that it can be bound to at once.
    public static InterfaceAddress of(int index, IpAddress address, int prefix) {
        return new InterfaceAddress(index, address, prefix, 0, address.v6() ? NODAD : 0);
    }

    /// The word of `ip address`: `global`, `link` or `local`.
    public String scopeName() {
        return switch (scope) {
            case 253 -> "link";
            case 254 -> "local";
            default -> "global";
        };
    }

    /// Not usable yet: IPv6 duplicate detection is under way.
    public boolean isTentative() {
        return (flags & TENTATIVE) != 0;
    }
}
