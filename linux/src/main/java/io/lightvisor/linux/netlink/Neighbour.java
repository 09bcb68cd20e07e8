package io.lightvisor.linux.netlink;

import java.util.Optional;

/// Who answers for an address on a link.
///
/// @param state NUD bits, include/uapi/linux/neighbour.h
public record Neighbour(int link, IpAddress address, Optional<MacAddress> hardware, int state) {
    private static final int PERMANENT = 0x80;
    private static final int REACHABLE = 0x02;

    /// An entry that stays.
    public static Neighbour permanent(int link, IpAddress address, MacAddress hardware) {
        return new Neighbour(link, address, Optional.of(hardware), PERMANENT);
    }

    /// Whether it answered a short while ago.
    public boolean isReachable() {
        return (state & REACHABLE) != 0;
    }
}
