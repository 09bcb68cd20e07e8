package io.lightvisor.network;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.InterfaceAddress;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.Route;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the host has of a NIC beside the interface itself: routes, limits, filters, the port of its bridge,
/// what it answers for elsewhere. All of it can be set anew while the instance runs, and is cleared away
/// with the NIC.
final class NicHostSide {
    /// Whose routes these are, among those that users, routing daemons and the networks make:
    /// include/uapi/linux /rtnetlink.h leaves the numbers from 5 on to them.
    private static final int PROTOCOL = 76;

    private static final int MAIN_TABLE = 254;

    private final Rtnetlink net;
    private final NicShaping shaping;
    private final NicFilters filters;

    NicHostSide(Rtnetlink net, NicShaping shaping, NicFilters filters) {
        this.net = net;
        this.shaping = shaping;
        this.filters = filters;
    }

    /// Gives a new NIC, whose host's end is up and in its place, all that it has on the host.
    void apply(NicPlan plan) throws InterruptedException {
        var settings = plan.settings();
        boolean plain = settings.equals(NicSettings.NONE) && !(plan.kind() instanceof NicPlan.Kind.Routed);
        if (plan.hostName().isEmpty() || plain || plan.kind() instanceof NicPlan.Kind.Physical) {
            return;
        }
        int end = net.require(plan.hostName()).index();
        if (plan.kind() instanceof NicPlan.Kind.Bridged(String bridge)) {
            port(plan, bridge, end);
        }
        if (plan.kind() instanceof NicPlan.Kind.Routed routed) {
            address(plan, routed, end);
        }
        routes(plan).forEach(net::replace);
        if (settings.ingress() > 0 || settings.egress() > 0) {
            shaping.set(end, plan);
        }
        if (settings.filtered()) {
            filters.set(plan);
        }
    }

    /// Changes a NIC that is there from one plan to another that differs in its settings only.
    void update(NicPlan before, NicPlan after) throws InterruptedException {
        int end = net.require(after.hostName()).index();
        var was = before.settings();
        var now = after.settings();
        if (after.kind() instanceof NicPlan.Kind.Bridged && was.isolated() != now.isolated()) {
            net.isolate(end, now.isolated());
        }
        if (!was.routes().equals(now.routes())) {
            var gone = new ArrayList<>(routes(before));
            var wanted = routes(after);
            gone.removeAll(wanted);
            gone.forEach(this::forget);
            wanted.forEach(net::replace);
        }
        if (was.ingress() != now.ingress() || was.egress() != now.egress()) {
            shaping.set(end, after);
        }
        if (now.filtered()) {
            filters.set(after);
        } else if (was.filtered()) {
            filters.remove(after.hostName());
        }
    }

    /// Clears away what the host has of a NIC; harmless if it is gone, in part or whole.
    void remove(NicPlan plan) throws InterruptedException {
        if (plan.hostName().isEmpty() || plan.kind() instanceof NicPlan.Kind.Physical) {
            unanswer(plan);
            return;
        }
        if (plan.settings().filtered()) {
            filters.remove(plan.hostName());
        }
        if (plan.settings().egress() > 0) {
            shaping.remove(plan.hostName());
        }
        if (plan.kind() instanceof NicPlan.Kind.Bridged(String bridge)
                && !plan.settings().routes().isEmpty()
                && net.find(bridge).isPresent()) {
            routes(plan).forEach(this::forget);
        }
        unanswer(plan);
    }

    void recover(List<NicPlan> running) throws InterruptedException {
        filters.recover(running);
        shaping.recover(running.stream().filter(p -> p.settings().egress() > 0).toList());
    }

    // ---- the port of a bridge

    private void port(NicPlan plan, String bridge, int end) {
        if (plan.settings().isolated()) {
            net.isolate(end, true);
        }
        var vlans = plan.settings().vlans();
        if (vlans.isNone()) {
            return;
        }
        var filtering = Path.of("/sys/class/net", bridge, "bridge", "vlan_filtering");
        if (!Files.exists(filtering)) {
            throw new Problem.Unsupported(
                            "Failed getting bridge VLAN status for \"" + bridge + "\"",
                            filtering + " does not exist: this kernel's bridges know no VLANs",
                            "use a kernel with CONFIG_BRIDGE_VLAN_FILTERING, or remove vlan and vlan.tagged")
                    .exception();
        }
        Sysctl.set(filtering, "1");
        int own = net.require(bridge).bridge().map(Link.BridgeInfo::defaultVlan).orElse(0);
        if (own > 0 && (vlans.noUntagged() || vlans.untagged().isPresent())) {
            net.removeVlan(end, own);
        }
        vlans.untagged().ifPresent(id -> net.addVlan(end, id, true));
        for (int id : vlans.tagged()) {
            net.addVlan(end, id, false);
        }
    }

    // ---- addresses and routes

    /// The host's own addresses on the pair, and what it answers for on the interface outside.
    private void address(NicPlan plan, NicPlan.Kind.Routed routed, int end) {
        var addresses = routed.addresses();
        String name = plan.hostName();
        if (!addresses.v4().isEmpty()) {
            Sysctl.set(Sysctl.ofInterface("ipv4", name, "forwarding"), "1");
            net.add(InterfaceAddress.of(end, addresses.host4(), 32));
        }
        if (!addresses.v6().isEmpty()) {
            Sysctl.set(Sysctl.ofInterface("ipv6", name, "forwarding"), "1");
            Sysctl.set(Sysctl.ofInterface("ipv6", name, "accept_dad"), "0");
            net.add(InterfaceAddress.of(end, addresses.host6(), 128));
        }
        answer(plan);
    }

    /// The host answers on the interface outside for the addresses inside.
    void answer(NicPlan plan) {
        for (var entry : answered(plan)) {
            net.proxy(entry.link(), entry.address());
        }
    }

    private void unanswer(NicPlan plan) {
        for (var entry : answered(plan)) {
            try {
                net.unproxy(entry.link(), entry.address());
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
    }

    private record Answered(int link, IpAddress address) {}

    private List<Answered> answered(NicPlan plan) {
        var addresses = addresses(plan);
        var lower = plan.lower().flatMap(l -> net.find(l.name()));
        if (addresses.isEmpty() || lower.isEmpty()) {
            return List.of();
        }
        var found = new ArrayList<Answered>();
        addresses.get().v4().forEach(ip -> found.add(new Answered(lower.get().index(), ip)));
        addresses.get().v6().forEach(ip -> found.add(new Answered(lower.get().index(), ip)));
        return found;
    }

    private static Optional<NicPlan.RoutedAddresses> addresses(NicPlan plan) {
        return switch (plan.kind()) {
            case NicPlan.Kind.Routed k -> Optional.of(k.addresses());
            case NicPlan.Kind.Ipvlan k -> Optional.of(k.addresses());
            default -> Optional.empty();
        };
    }

    /// The routes of a NIC: those that its user named, and to each of its addresses if it is routed.
    private List<Route> routes(NicPlan plan) {
        var routes = new ArrayList<Route>();
        boolean bridged = plan.kind() instanceof NicPlan.Kind.Bridged;
        String by = plan.kind() instanceof NicPlan.Kind.Bridged(String bridge) ? bridge : plan.hostName();
        int link = net.require(by).index();
        if (!bridged && plan.kind() instanceof NicPlan.Kind.Routed routed) {
            var a = routed.addresses();
            a.v4().forEach(ip -> add(routes, link, ip, a.table4()));
            a.v6().forEach(ip -> add(routes, link, ip, a.table6()));
        }
        for (var route : plan.settings().routes()) {
            routes.add(new Route(
                    route.first(), route.prefix(), gateway(plan, route.address().v6()), link, MAIN_TABLE, PROTOCOL, 0));
        }
        return routes;
    }

    private static Optional<IpAddress> gateway(NicPlan plan, boolean v6) {
        return plan.kind() instanceof NicPlan.Kind.Routed routed
                ? (v6 ? routed.addresses().v6() : routed.addresses().v4())
                        .stream().findFirst()
                : Optional.empty();
    }

    private static void add(List<Route> routes, int link, IpAddress ip, int table) {
        routes.add(new Route(ip, ip.bits(), Optional.empty(), link, MAIN_TABLE, PROTOCOL, 0));
        if (table > 0) {
            routes.add(new Route(ip, ip.bits(), Optional.empty(), link, table, PROTOCOL, 0));
        }
    }

    private void forget(Route route) {
        try {
            net.delete(route);
        } catch (SyscallException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }
}
