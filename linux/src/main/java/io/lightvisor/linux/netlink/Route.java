package io.lightvisor.linux.netlink;

import java.util.Optional;

/// A unicast route.
///
/// @param destination first address of the prefix; of the default route all zeros with `prefix` 0
/// @param link index of the link it leaves by, or 0
/// @param table 254 is the main one
/// @param protocol who made it: 2 kernel, 3 boot, 4 static; include/uapi/linux/rtnetlink.h
/// @param metric 0 for none
public record Route(
        IpAddress destination, int prefix, Optional<IpAddress> gateway, int link, int table, int protocol, int metric) {
    static final int MAIN = 254;
    static final int STATIC = 4;

    /// A route of the main table straight out of a link.
    public static Route via(int link, IpAddress destination, int prefix) {
        return new Route(destination.network(prefix), prefix, Optional.empty(), link, MAIN, STATIC, 0);
    }

    /// A route of the main table through a gateway.
    public static Route through(int link, IpAddress gateway, IpAddress destination, int prefix) {
        return new Route(destination.network(prefix), prefix, Optional.of(gateway), link, MAIN, STATIC, 0);
    }

    /// Whether it leads everywhere.
    public boolean isDefault() {
        return prefix == 0;
    }
}
