package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.Problem;
import java.util.ArrayList;

/// What must hold on the host before a routed NIC can work: the interface outside forwards, and nobody
/// there answers for its addresses already.
final class RoutedChecks {
    private RoutedChecks() {}

    static void require(String lower, NicPlan.RoutedAddresses addresses, Rtnetlink look) {
        if (!addresses.v4().isEmpty()) {
            sysctl("ipv4", lower, "forwarding");
        }
        if (!addresses.v6().isEmpty()) {
            sysctl("ipv6", "all", "forwarding");
            sysctl("ipv6", lower, "forwarding");
            sysctl("ipv6", "all", "proxy_ndp");
            sysctl("ipv6", lower, "proxy_ndp");
        }
        int link = look.require(lower).index();
        var ours = new ArrayList<IpAddress>(addresses.v4());
        ours.addAll(addresses.v6());
        for (var neighbour : look.neighbours()) {
            if (neighbour.link() == link && neighbour.isReachable() && ours.contains(neighbour.address())) {
                throw Problem.conflict(
                                "IP address \"" + neighbour.address() + "\" in use on parent network \"" + lower + "\"")
                        .exception();
            }
        }
    }

    private static void sysctl(String family, String name, String key) {
        if (!Sysctl.get(Sysctl.ofInterface(family, name, key)).equals("1")) {
            throw new Problem.Failed(
                            "Routed mode requires sysctl net." + family + ".conf." + name + "." + key + "=1",
                            "",
                            "set it with sysctl(8)")
                    .exception();
        }
    }
}
