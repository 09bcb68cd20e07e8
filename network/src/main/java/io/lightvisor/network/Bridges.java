package io.lightvisor.network;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.InterfaceAddress;
import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.LinkChange;
import io.lightvisor.linux.netlink.LinkKind;
import io.lightvisor.linux.netlink.LinkSpec;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.Route;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Brings the bridges of the kernel to what they should be, changing only what differs: the same for a start, a change
/// and a new daemon that finds them as they were.
final class Bridges {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");
    private static final String ALIAS = "lightvisor:";
    /// RTPROT_STATIC: the routes that we make.
    private static final int STATIC = 4;

    private static final int SCOPE_GLOBAL = 0;

    private final Rtnetlink net;
    private final String tag;

    Bridges(Rtnetlink net, String tag) {
        this.net = net;
        this.tag = tag;
    }

    /// Whether the bridge had to be made.
    ///
    /// @throws ProblemException if an interface that is not ours has the name
    boolean ensure(BridgeConfig config) {
        String name = config.name();
        var hwaddr = config.hwaddr().orElseGet(() -> hwaddr(name));
        var found = net.find(name);
        boolean made = found.isEmpty();
        if (made) {
            net.create(
                    LinkSpec.named(name).kind(LinkKind.bridge()).address(hwaddr).mtu(config.effectiveMtu()));
            found = net.find(name);
        }
        var link = found.orElseThrow(() -> Problem.failed("network " + name + " not started", "its bridge vanished")
                .exception());
        if (!made && !isOurs(link)) {
            throw Problem.conflict("Network interface \"" + name + "\" already exists")
                    .exception();
        }
        try {
            if (made) {
                net.change(link.index(), LinkChange.NONE.alias(ALIAS + tag));
            } else {
                adjust(link, config, hwaddr);
            }
            sysctls(config);
            if (!link.isUp()) {
                net.change(link.index(), LinkChange.NONE.up());
            }
            addresses(link, config);
            routes(link, config);
            external(link, config);
        } catch (RuntimeException e) {
            if (made) {
                net.delete(name);
            }
            throw e;
        }
        return made;
    }

    /// Whether this daemon made the bridge.
    boolean isOurs(Link link) {
        return link.kind().equals("bridge") && link.alias().equals(ALIAS + tag);
    }

    /// Removes the bridge, if it is there and ours.
    void delete(String name) {
        var link = net.find(name);
        if (link.isPresent() && isOurs(link.get())) {
            net.delete(name);
        }
    }

    /// Takes interfaces out of the bridge that the user had put there.
    void releaseExternal(String bridge, List<String> interfaces) {
        var link = net.find(bridge);
        for (String name : interfaces) {
            var port = net.find(name);
            if (link.isPresent()
                    && port.isPresent()
                    && port.get().master() == link.get().index()) {
                net.change(port.get().index(), LinkChange.NONE.master(0));
            }
        }
    }

    /// An address that stays the same over restarts without being recorded: 00:16:3e and a part of a hash.
    private MacAddress hwaddr(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(("bridge " + tag + " " + name).getBytes(StandardCharsets.UTF_8));
            byte[] bytes = Arrays.copyOf(new byte[] {0, 0x16, 0x3e}, 6);
            System.arraycopy(hash, 0, bytes, 3, 3);
            return MacAddress.of(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void adjust(Link link, BridgeConfig config, MacAddress hwaddr) {
        if (link.mtu() != config.effectiveMtu()) {
            net.change(link.index(), LinkChange.NONE.mtu(config.effectiveMtu()));
        }
        if (!link.address().equals(Optional.of(hwaddr))) {
            net.change(link.index(), LinkChange.NONE.address(hwaddr));
        }
    }

    private static void sysctls(BridgeConfig config) {
        String name = config.name();
        if (config.ipv4().address().isPresent() && config.ipv4().routing()) {
            Sysctl.set(Sysctl.path("ipv4/ip_forward"), "1");
        }
        if (!Sysctl.hasIpv6()) {
            return;
        }
        boolean v6 = config.ipv6().address().isPresent();
        Sysctl.set(Sysctl.ofInterface("ipv6", name, "disable_ipv6"), v6 ? "0" : "1");
        if (!v6) {
            return;
        }
        // The bridge is the router: it neither listens to others nor doubts its own addresses.
        Sysctl.set(Sysctl.ofInterface("ipv6", name, "accept_ra"), "0");
        Sysctl.set(Sysctl.ofInterface("ipv6", name, "autoconf"), "0");
        Sysctl.set(Sysctl.ofInterface("ipv6", name, "accept_dad"), "0");
        if (config.ipv6().routing()) {
            forwardIpv6();
        }
    }

    /// A host that forwards no longer listens to routers, unless told "2": one that has its own address and route by
    /// router advertisement would lose them when they expire.
    private static void forwardIpv6() {
        var all = Sysctl.ofInterface("ipv6", "all", "forwarding");
        if (Sysctl.get(all).equals("1")) {
            return;
        }
        try (var interfaces = Files.newDirectoryStream(Sysctl.path("ipv6/conf"))) {
            for (var one : interfaces) {
                var acceptRa = one.resolve("accept_ra");
                if (Sysctl.get(acceptRa).equals("1")) {
                    Sysctl.set(acceptRa, "2");
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot keep router advertisements, ignoring: {0}", e.getMessage());
        }
        Sysctl.set(all, "1");
    }

    private void addresses(Link link, BridgeConfig config) {
        var wanted = new ArrayList<InterfaceAddress>();
        for (var family : List.of(config.ipv4(), config.ipv6())) {
            family.address().ifPresent(a -> wanted.add(InterfaceAddress.of(link.index(), a.address(), a.prefix())));
        }
        for (var there : net.addresses(link.index())) {
            boolean keep = there.scope() != SCOPE_GLOBAL
                    || wanted.removeIf(w -> w.address().equals(there.address()) && w.prefix() == there.prefix());
            if (!keep) {
                net.delete(there);
            }
        }
        for (var missing : wanted) {
            net.add(missing);
        }
    }

    private void routes(Link link, BridgeConfig config) {
        var wanted = new ArrayList<Route>();
        for (var family : List.of(config.ipv4(), config.ipv6())) {
            for (var route : family.routes()) {
                wanted.add(Route.via(link.index(), route.address(), route.prefix()));
            }
        }
        for (var there : net.routes()) {
            if (there.link() != link.index()
                    || there.protocol() != STATIC
                    || there.gateway().isPresent()) {
                continue;
            }
            boolean keep =
                    wanted.removeIf(w -> w.destination().equals(there.destination()) && w.prefix() == there.prefix());
            if (!keep) {
                net.delete(there);
            }
        }
        for (var missing : wanted) {
            net.add(missing);
        }
    }

    private void external(Link bridge, BridgeConfig config) {
        for (String name : config.externalInterfaces()) {
            var port = net.find(name);
            if (port.isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "network {0}: external interface {1} is not there, ignoring",
                        config.name(),
                        name);
                continue;
            }
            var link = port.get();
            if (link.master() == bridge.index()) {
                continue;
            }
            boolean configured =
                    link.master() != 0 || net.addresses(link.index()).stream().anyMatch(a -> a.scope() == SCOPE_GLOBAL);
            if (configured) {
                throw Problem.badRequest("Only unconfigured network interfaces can be bridged")
                        .exception();
            }
            try {
                net.change(link.index(), LinkChange.NONE.master(bridge.index()).up());
            } catch (SyscallException e) {
                throw Problem.failed(
                                "external interface " + name + " not put into network " + config.name(),
                                String.valueOf(e.getMessage()),
                                e.is(Errno.ELOOP, Errno.EINVAL) ? "name an interface that can be bridged" : "")
                        .exception(e);
            }
        }
    }
}
