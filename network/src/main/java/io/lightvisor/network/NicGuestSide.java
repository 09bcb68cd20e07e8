package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.netlink.InterfaceAddress;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.Route;
import io.lightvisor.linux.netlink.Rtnetlink;

/// What is configured inside an instance's network namespace from outside: the addresses and routes of a
/// NIC that no DHCP serves.
final class NicGuestSide {
    private NicGuestSide() {}

    /// Gives a routed NIC its addresses, and the default routes by the host's end.
    static void configure(Fd netns, String guestName, NicPlan.RoutedAddresses addresses) throws InterruptedException {
        try (var inside = Rtnetlink.open(netns)) {
            int link = inside.require(guestName).index();
            for (var ip : addresses.v4()) {
                inside.add(InterfaceAddress.of(link, ip, 32));
            }
            for (var ip : addresses.v6()) {
                inside.add(InterfaceAddress.of(link, ip, 128));
            }
            if (addresses.gateway4() && !addresses.v4().isEmpty()) {
                through(inside, link, addresses.host4(), IpAddress.v4(0));
            }
            if (addresses.gateway6() && !addresses.v6().isEmpty()) {
                through(inside, link, addresses.host6(), IpAddress.v6(0, 0));
            }
        }
    }

    /// For an ipvlan, which shares the link: out of it straight away.
    static void configureShared(Fd netns, String guestName, NicPlan.RoutedAddresses addresses)
            throws InterruptedException {
        configure(netns, guestName, withoutGateways(addresses));
        try (var inside = Rtnetlink.open(netns)) {
            int link = inside.require(guestName).index();
            if (addresses.gateway4() && !addresses.v4().isEmpty()) {
                inside.replace(Route.via(link, IpAddress.v4(0), 0));
            }
            if (addresses.gateway6() && !addresses.v6().isEmpty()) {
                inside.replace(Route.via(link, IpAddress.v6(0, 0), 0));
            }
        }
    }

    private static NicPlan.RoutedAddresses withoutGateways(NicPlan.RoutedAddresses a) {
        return new NicPlan.RoutedAddresses(a.v4(), a.v6(), false, false, a.host4(), a.host6(), a.table4(), a.table6());
    }

    private static void through(Rtnetlink inside, int link, IpAddress gateway, IpAddress everywhere) {
        inside.replace(Route.via(link, gateway, gateway.bits()));
        inside.replace(Route.through(link, gateway, everywhere, 0));
    }
}
