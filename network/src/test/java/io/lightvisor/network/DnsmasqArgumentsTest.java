package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsmasqArgumentsTest {
    private static List<String> arguments(Map<String, String> config) {
        var network = new Network(new ProjectName("default"), new NetworkName("lxdbr0"), "bridge", "", config);
        return DnsmasqArguments.of(
                BridgeConfig.of(network), new DnsmasqFiles(Path.of("/var/lib/lxd/networks/lxdbr0")), "dnsmasq");
    }

    @Test
    void of_ordinaryNetwork() {
        assertEquals(
                List.of(
                        "--strict-order",
                        "--bind-interfaces",
                        "--except-interface=lo",
                        "--pid-file=/var/lib/lxd/networks/lxdbr0/dnsmasq.pid",
                        "--no-ping",
                        "--interface=lxdbr0",
                        "--dhcp-rapid-commit",
                        "--quiet-dhcp",
                        "--quiet-dhcp6",
                        "--quiet-ra",
                        "--listen-address=10.78.79.1",
                        "--listen-address=fd42:50fa:3656:72a1::1",
                        "--enable-ra",
                        "--dhcp-no-override",
                        "--dhcp-authoritative",
                        "--dhcp-leasefile=/var/lib/lxd/networks/lxdbr0/dnsmasq.leases",
                        "--dhcp-hostsdir=/var/lib/lxd/networks/lxdbr0/dnsmasq.hosts",
                        "--dhcp-range=10.78.79.2,10.78.79.254,1h",
                        "--dhcp-range=::,constructor:lxdbr0,ra-stateless,ra-names",
                        "--domain=lxd",
                        "--interface-name=_gateway.lxd,lxdbr0",
                        "--interface-name=lxdbr0.gw,lxdbr0",
                        "--local=/lxd/",
                        "--conf-file=/var/lib/lxd/networks/lxdbr0/dnsmasq.raw",
                        "--user=dnsmasq",
                        "--group=nogroup"),
                arguments(Map.of("ipv4.address", "10.78.79.1/24", "ipv6.address", "fd42:50fa:3656:72a1::1/64")));
    }

    @Test
    void of_everythingSet() {
        var all = arguments(Map.of(
                "ipv4.address", "10.78.79.1/24",
                "ipv4.dhcp.ranges", "10.78.79.10-10.78.79.20,10.78.79.30-10.78.79.40",
                "ipv4.dhcp.gateway", "10.78.79.3",
                "ipv4.dhcp.expiry", "20m",
                "ipv6.address", "fd42::1/64",
                "ipv6.dhcp.stateful", "true",
                "dns.search", "foo.org,bar.org",
                "dns.domain", "example",
                "bridge.mtu", "1400"));
        assertTrue(all.containsAll(List.of(
                "--dhcp-option-force=3,10.78.79.3",
                "--dhcp-option-force=119,foo.org,bar.org",
                "--dhcp-option-force=26,1400",
                "--dhcp-range=10.78.79.10,10.78.79.20,20m",
                "--dhcp-range=10.78.79.30,10.78.79.40,20m",
                "--dhcp-range=fd42::2,fd42::ffff:ffff:ffff:ffff,64,1h",
                "--domain=example",
                "--local=/example/")));
    }

    @Test
    void of_nothingButNames() {
        var all = arguments(Map.of("ipv4.address", "10.78.79.1/24", "ipv4.dhcp", "false", "dns.mode", "none"));
        assertFalse(String.join(" ", all).contains("dhcp-range"));
        assertFalse(String.join(" ", all).contains("--domain"));
        assertTrue(arguments(Map.of("ipv6.address", "fd42::1/64", "ipv6.dhcp", "false"))
                .contains("--dhcp-range=::,constructor:lxdbr0,ra-only"));
    }

    @Test
    void isNeeded_withoutAddresses() {
        var network = new Network(
                new ProjectName("default"),
                new NetworkName("lxdbr0"),
                "bridge",
                "",
                Map.of("ipv4.address", "none", "ipv6.address", "none"));
        assertFalse(DnsmasqArguments.isNeeded(BridgeConfig.of(network)));
    }

    /// The rules refuse these long before; the writer does not rely on that.
    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a,b", "a b", "a/b", "a\"b", "a#b", "a\u0000b", "é"})
    void of_hostileDomain(String domain) {
        assertThrows(
                ProblemException.class, () -> arguments(Map.of("ipv4.address", "10.78.79.1/24", "dns.domain", domain)));
        assertThrows(
                ProblemException.class,
                () -> arguments(Map.of("ipv4.address", "10.78.79.1/24", "ipv4.dhcp.expiry", domain)));
    }

    private static StaticLease lease(String project, String device) {
        return new StaticLease(
                new ProjectName(project),
                new InstanceName("b1"),
                new DeviceName(device),
                MacAddress.parse("00:16:3e:8b:dc:c0"),
                Optional.of(IpAddress.parse("10.78.79.78")),
                Optional.of(IpAddress.parse("fd42::33")));
    }

    @Test
    void line_asLxdWritesIt() {
        assertEquals("00:16:3e:8b:dc:c0,10.78.79.78,[fd42::33],b1\n", DnsmasqFiles.line(lease("default", "eth0")));
        assertEquals("00:16:3e:8b:dc:c0,10.78.79.78,[fd42::33],b1.px\n", DnsmasqFiles.line(lease("px", "eth0")));
        // A project that cannot be a part of a name.
        assertEquals("00:16:3e:8b:dc:c0,10.78.79.78,[fd42::33]\n", DnsmasqFiles.line(lease("a,b", "eth0")));
    }

    @Test
    void fileName_ofOddNames() {
        var c1 = new InstanceName("c1");
        assertEquals("c1.eth0", DnsmasqFiles.fileName(new ProjectName("default"), c1, new DeviceName("eth0")));
        assertEquals("px_c1.eth0", DnsmasqFiles.fileName(new ProjectName("px"), c1, new DeviceName("eth0")));
        assertEquals("a%2cb_c1.x%7e", DnsmasqFiles.fileName(new ProjectName("a,b"), c1, new DeviceName("x~")));
        assertEquals("%23p_c1.%23", DnsmasqFiles.fileName(new ProjectName("#p"), c1, new DeviceName("#")));
    }
}
