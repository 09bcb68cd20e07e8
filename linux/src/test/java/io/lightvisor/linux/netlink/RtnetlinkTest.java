package io.lightvisor.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.process.NamespaceThread;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Against the kernel, in network namespaces of its own.
class RtnetlinkTest {
    @BeforeAll
    static void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: makes network namespaces");
    }

    /// A namespace that lives until the descriptor is closed.
    private static Fd newNetwork() throws Exception {
        return NamespaceThread.inNewNetwork(() -> Open.path("/proc/thread-self/ns/net", OpenFlag.READ));
    }

    @Test
    void create_bridgeWithPairIntoAnotherNamespace() throws Exception {
        try (var guest = newNetwork();
                var host = newNetwork();
                var net = Rtnetlink.open(host)) {
            net.create(LinkSpec.named("br0")
                    .kind(LinkKind.bridge())
                    .address(MacAddress.parse("00:16:3e:00:00:01"))
                    .up());
            var bridge = net.require("br0");
            var mac = MacAddress.parse("00:16:3e:11:22:33");
            net.create(LinkSpec.named("eth0")
                    .address(mac)
                    .mtu(1400)
                    .inside(guest)
                    .up()
                    .kind(LinkKind.veth(LinkSpec.named("veth0").mtu(1400))));
            net.change("veth0", LinkChange.NONE.master(bridge.index()).up());

            var port = net.require("veth0");
            assertEquals("veth", port.kind());
            assertEquals(bridge.index(), port.master());
            assertEquals(1400, port.mtu());
            assertTrue(port.isUp());
            assertEquals("bridge", bridge.kind());
            assertTrue(bridge.bridge().orElseThrow().id().endsWith("00163e000001"));

            var id = net.namespace(guest);
            assertEquals(id, net.namespace(guest));
            assertEquals(Optional.of(id), port.lowerNamespace());
            var inside = net.links(id);
            assertEquals(2, inside.size());
            var eth0 = inside.stream()
                    .filter(l -> l.name().equals("eth0"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(Optional.of(mac), eth0.address());
            assertTrue(eth0.isUp());
            assertEquals(port.index(), eth0.lower());
            assertEquals("eth0", net.find(id, "eth0").orElseThrow().name());

            try (var guestNet = Rtnetlink.open(guest)) {
                guestNet.add(InterfaceAddress.of(eth0.index(), IpAddress.parse("10.9.8.7"), 24));
                guestNet.add(InterfaceAddress.of(eth0.index(), IpAddress.parse("fd00:9::7"), 64));
                guestNet.replace(
                        Route.through(eth0.index(), IpAddress.parse("10.9.8.1"), IpAddress.parse("0.0.0.0"), 0));
                assertTrue(guestNet.routes().stream()
                        .anyMatch(r -> r.isDefault() && r.gateway().equals(Optional.of(IpAddress.parse("10.9.8.1")))));
                guestNet.set(Neighbour.permanent(eth0.index(), IpAddress.parse("10.9.8.1"), mac));
                assertTrue(guestNet.neighbours().stream()
                        .anyMatch(n -> n.address().equals(IpAddress.parse("10.9.8.1"))
                                && n.hardware().equals(Optional.of(mac))));
                guestNet.change(1, LinkChange.NONE.up());
            }
            var addresses = net.addresses(id);
            assertTrue(addresses.stream().anyMatch(a -> a.address().toString().equals("10.9.8.7") && a.prefix() == 24));
            assertTrue(addresses.stream()
                    .anyMatch(a -> a.address().toString().equals("fd00:9::7")
                            && a.scopeName().equals("global")));
            assertTrue(addresses.stream()
                    .anyMatch(a -> a.address().isLoopback() && a.scopeName().equals("local")));

            assertTrue(net.delete(id, "eth0"));
            assertTrue(net.find("veth0").isEmpty());
        }
    }

    @Test
    void change_ofEverything() throws Exception {
        try (var host = newNetwork();
                var net = Rtnetlink.open(host)) {
            net.create(LinkSpec.named("br0").kind(LinkKind.bridge()));
            net.create(LinkSpec.named("v0").kind(LinkKind.veth(LinkSpec.named("v1"))));
            int bridge = net.require("br0").index();
            int v0 = net.require("v0").index();
            net.change(
                    v0,
                    LinkChange.NONE
                            .name("v9")
                            .mtu(1300)
                            .address(MacAddress.parse("00:16:3e:00:00:09"))
                            .alias("lightvisor:x"));
            net.change(v0, LinkChange.NONE.master(bridge).up());
            var now = net.require("v9");
            assertEquals(1300, now.mtu());
            assertEquals("lightvisor:x", now.alias());
            assertEquals(bridge, now.master());
            assertEquals("00:16:3e:00:00:09", now.address().orElseThrow().toString());
            assertTrue(now.isUp());
            net.change(v0, LinkChange.NONE.master(0).down());
            assertEquals(0, net.require("v9").master());
            assertFalse(net.require("v9").isUp());
            assertEquals("v9", net.find(v0).orElseThrow().name());

            var address = InterfaceAddress.of(bridge, IpAddress.parse("10.9.9.1"), 24);
            net.add(address);
            assertTrue(
                    assertThrows(SyscallException.class, () -> net.add(address)).is(Errno.EEXIST));
            assertEquals(1, net.addresses(bridge).size());
            net.delete(address);
            assertEquals(0, net.addresses(bridge).size());

            net.change(bridge, LinkChange.NONE.up());
            var route = Route.via(bridge, IpAddress.parse("10.77.0.0"), 16);
            net.add(route);
            assertTrue(net.routes().contains(route));
            net.delete(route);
            assertFalse(net.routes().contains(route));
        }
    }

    @Test
    void failures_sayWhatTheKernelSays() throws Exception {
        try (var host = newNetwork();
                var net = Rtnetlink.open(host)) {
            net.create(LinkSpec.named("br0").kind(LinkKind.bridge()));
            var taken = assertThrows(
                    SyscallException.class,
                    () -> net.create(LinkSpec.named("br0").kind(LinkKind.bridge())));
            assertTrue(taken.is(Errno.EEXIST), taken.getMessage());
            assertTrue(taken.getMessage().startsWith("RTM_NEWLINK br0: EEXIST"), taken.getMessage());
            var noRoute = assertThrows(
                    SyscallException.class,
                    () -> net.add(Route.through(
                            net.require("br0").index(), IpAddress.parse("10.0.0.1"), IpAddress.parse("10.5.0.0"), 16)));
            // The kernel's own sentence, by extended acknowledgement.
            assertTrue(
                    noRoute.getMessage().contains("Nexthop")
                            || noRoute.getMessage().contains("ENETUNREACH"),
                    noRoute.getMessage());
            assertFalse(net.delete("nosuch"));
            assertTrue(net.find("nosuch").isEmpty());
            assertTrue(assertThrows(SyscallException.class, () -> net.require("nosuch"))
                    .is(Errno.ENODEV));
            assertThrows(SyscallException.class, () -> net.namespace(Integer.MAX_VALUE));
        }
    }

    @Test
    void create_otherKinds() throws Exception {
        try (var host = newNetwork();
                var guest = newNetwork();
                var net = Rtnetlink.open(host)) {
            net.create(LinkSpec.named("p0").kind(LinkKind.veth(LinkSpec.named("p1"))));
            int parent = net.require("p0").index();
            net.create(LinkSpec.named("eth0")
                    .on(parent)
                    .inside(guest)
                    .kind(new LinkKind.Macvlan(LinkKind.Macvlan.Mode.BRIDGE)));
            assertEquals(
                    "macvlan",
                    net.find(net.namespace(guest), "eth0").orElseThrow().kind());
            net.create(LinkSpec.named("ifb9").kind(new LinkKind.Ifb()));
            assertEquals("ifb", net.require("ifb9").kind());
            net.create(LinkSpec.named("vx0")
                    .kind(new LinkKind.Vxlan(
                            42,
                            Optional.of(IpAddress.parse("10.0.0.1")),
                            Optional.of(IpAddress.parse("10.0.0.2")),
                            4789,
                            1)));
            assertEquals("vxlan", net.require("vx0").kind());
        }
    }

    @Test
    void monitor_hearsOfLinksAndAddresses() throws Exception {
        try (var host = newNetwork();
                var net = Rtnetlink.open(host);
                var monitor = NamespaceThread.inNetwork(host, NetlinkMonitor::open)) {
            assertTrue(monitor.take().isEmpty());
            net.create(LinkSpec.named("br0").kind(LinkKind.bridge()));
            assertTrue(
                    Poller.shared().awaitReadable(monitor.fd(), Duration.ofSeconds(5)),
                    () -> monitor.take().toString());
            assertTrue(monitor.take().stream()
                    .anyMatch(e -> e instanceof NetlinkMonitor.Event.LinkChanged(Link link)
                            && link.name().equals("br0")));
            net.add(InterfaceAddress.of(net.require("br0").index(), IpAddress.parse("10.9.9.1"), 24));
            assertTrue(monitor.take().stream().anyMatch(e -> e instanceof NetlinkMonitor.Event.AddressChanged));
            net.delete("br0");
            assertTrue(monitor.take().stream().anyMatch(e -> e instanceof NetlinkMonitor.Event.LinkGone));
        }
    }

    @Test
    void nftables_withoutRules() throws Exception {
        try (var host = newNetwork();
                var nft = NamespaceThread.inNetwork(host, Nftables::open)) {
            assertFalse(nft.hasTable("nosuch"));
            assertFalse(nft.hasChain("nosuch", "chain"));
            assertTrue(nft.chainsDroppingForwarded().isEmpty());
        }
    }
}
