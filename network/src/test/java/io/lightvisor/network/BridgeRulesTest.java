package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeRulesTest {
    static Network network(Map<String, String> config) {
        return new Network(new ProjectName("default"), new NetworkName("netbad0"), "bridge", "", config);
    }

    private static String complaint(String key, String value) {
        var config = new HashMap<String, String>();
        config.put("ipv4.address", "10.78.80.1/24");
        config.put("ipv6.address", "none");
        config.put(key, value);
        return BridgeRules.complaint(network(config)).map(Problem::what).orElse("");
    }

    /// The words are what LXD 5.0.2 answers.
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', quoteCharacter = '`', textBlock = """
        KEY                  | VALUE        | WORDS
        ipv4.nat             | maybe        | Invalid value for a boolean "maybe"
        ipv4.dhcp.ranges     | 1.2.3.4-     | Item "1.2.3.4-": Not an IPv4 address ""
        bridge.mtu           | abc          | Invalid MTU "abc"
        bridge.mtu           | 100          | Out of MTU range (1280-16384) "100"
        bridge.hwaddr        | 00:11        | Invalid MAC address, must be 6 bytes of hex separated by colons
        bridge.driver        | foo          | Invalid value "foo" (not one of [native openvswitch])
        dns.mode             | foo          | Invalid value "foo" (not one of [dynamic managed none])
        ipv4.routes          | foo          | Item "foo": invalid CIDR address: foo
        ipv4.nat.order       | foo          | Invalid value "foo" (not one of [before after])
        ipv4.nat.address     | foo          | Not an IPv4 address "foo"
        ipv4.dhcp.gateway    | foo          | Not an IPv4 address "foo"
        ipv6.dhcp.ranges     | foo          | Item "foo": IP range must contain start and end IP addresses
        ipv4.address         | foo          | invalid CIDR address: foo
        ipv4.address         | 10.78.80.1   | invalid CIDR address: 10.78.80.1
        ipv4.address         | 10.78.80.0/24| Not a usable IPv4 address "10.78.80.0/24"
        ipv4.address         | 10.78.80.1/32| Not a usable IPv4 address "10.78.80.1/32"
        ipv6.address         | fd42::/64    | Not a usable IPv6 address "fd42::/64"
        bridge.external_interfaces | a b    | Invalid interface name "a b": Network interface contains invalid characters
        """)
    void complaint_inLxdsWords(String key, String value, String words) {
        assertEquals("Invalid value for network \"netbad0\" option \"" + key + "\": " + words, complaint(key, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo.bar", "volatile.foo", "ipv4.adress", "bridge", ""})
    void complaint_unknownKey(String key) {
        assertEquals("Invalid option for network \"netbad0\" option \"" + key + "\"", complaint(key, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fan.type",
                "tunnel.x.protocol",
                "bgp.peers.x.address",
                "security.acls",
                "ipv4.ovn.ranges",
                "dns.zone.forward",
                "maas.subnet.ipv4"
            })
    void complaint_knownAndNotOffered(String key) {
        var problem = BridgeRules.complaint(network(Map.of(key, "x"))).orElseThrow();
        assertEquals(501, problem.statusCode());
        assertTrue(!problem.why().isEmpty());
    }

    @Test
    void complaint_goodValues() {
        var config = Map.ofEntries(
                Map.entry("ipv4.address", "10.78.80.1/24"),
                Map.entry("ipv4.nat", "true"),
                Map.entry("ipv4.dhcp.ranges", "10.78.80.10-10.78.80.20, 10.78.80.30-10.78.80.40"),
                Map.entry("ipv4.dhcp.expiry", "20m"),
                Map.entry("ipv4.dhcp.gateway", "10.78.80.3"),
                Map.entry("ipv4.routes", "10.99.0.0/24,10.98.0.0/24"),
                Map.entry("ipv6.address", "fd42:1:2:3::1/64"),
                Map.entry("ipv6.dhcp.stateful", "on"),
                Map.entry("ipv6.dhcp.ranges", "fd42:1:2:3::100-fd42:1:2:3::200"),
                Map.entry("dns.domain", "example.org"),
                Map.entry("dns.search", "a.org,b.org"),
                Map.entry("dns.mode", "dynamic"),
                Map.entry("bridge.mtu", "1400"),
                Map.entry("bridge.hwaddr", "00:16:3e:11:22:33"),
                Map.entry("bridge.external_interfaces", "eth1"),
                Map.entry("raw.dnsmasq", "address=/x/1.2.3.4\ncname=a,b"),
                Map.entry("user.anything", "\u0000goes"),
                Map.entry("ipv4.firewall", ""));
        assertTrue(BridgeRules.complaint(network(config)).isEmpty());
        var typed = BridgeConfig.of(network(config));
        assertEquals(2, typed.ipv4().ranges().size());
        assertTrue(typed.ipv4().firewall());
        assertTrue(typed.statefulDhcp6());
    }

    /// None of these may ever reach a config text.
    @ParameterizedTest
    @ValueSource(
            strings = {"a\nb", "a,b", "a b", "a%b", "a\"b", "a'b", "a/b", "a;b", "a#b", "\u0000", "-a", "a..b", "é"})
    void complaint_hostileDomain(String domain) {
        assertTrue(complaint("dns.domain", domain).contains("Not a domain name"), domain);
    }

    @Test
    void complaint_hugeValues() {
        String huge = "a".repeat(64 * 1024);
        for (String key : new String[] {
            "dns.domain",
            "dns.search",
            "ipv4.address",
            "ipv4.dhcp.ranges",
            "bridge.mtu",
            "ipv4.dhcp.expiry",
            "bridge.external_interfaces",
            "ipv4.routes",
            "bridge.hwaddr",
            "ipv4.nat"
        }) {
            String words = complaint(key, huge);
            assertTrue(!words.isEmpty() && words.length() < 1000, key);
        }
        assertTrue(complaint("raw.dnsmasq", huge + "x").contains("Longer"));
    }

    @ParameterizedTest
    @CsvSource({
        "ipv4.dhcp.ranges,10.79.80.10-10.79.80.20",
        "ipv4.dhcp.ranges,10.78.80.20-10.78.80.10",
        "ipv4.dhcp.gateway,10.79.0.1",
        "ipv4.dhcp.expiry,1y",
        "ipv4.dhcp.expiry,h",
        "bridge.mode,fan",
        "bridge.driver,openvswitch",
        "ipv4.address,fd42::1/64",
        "ipv4.address,224.0.0.1/24",
        "ipv4.address,10.78.80.255/24",
        "bridge.hwaddr,01:00:00:00:00:01"
    })
    void complaint_nonsenseThatLxdLetsPass(String key, String value) {
        assertTrue(!complaint(key, value).isEmpty());
    }
}
