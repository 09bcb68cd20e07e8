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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NicPlannerTest {
    private static final Network NETREF0 = new Network(
            new ProjectName("default"),
            new NetworkName("netref0"),
            "bridge",
            "",
            Map.of("ipv4.address", "10.78.79.1/24", "ipv6.address", "fd42::1/64", "bridge.mtu", "1400"));

    private static Optional<Network> networks(String name) {
        return name.equals("netref0") ? Optional.of(NETREF0) : Optional.empty();
    }

    private static Map<String, String> options(String text) {
        var options = new HashMap<String, String>(Map.of("type", "nic"));
        for (String pair : text.split(" ")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                options.put(
                        pair.substring(0, at),
                        pair.substring(at + 1).replace('_', ' ').replace("host name", "host_name"));
            }
        }
        return options;
    }

    /// The words are what LXD 5.0.2 answers after `Device validation failed for "e9": `.
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', quoteCharacter = '`', textBlock = """
        OPTIONS                                        | WORDS
        x                                              | Unsupported device type
        nictype=foo                                    | Unsupported device type
        nictype=bridged                                | Invalid value for device option "parent": Required value
        nictype=macvlan                                | Invalid value for device option "parent": Required value
        network=nosuch                                 | Failed to load network "nosuch": Network not found
        network=netref0 nictype=bridged                | Cannot use "nictype" property in conjunction with "network" property
        network=netref0 parent=netref0                 | Cannot use "parent" property in conjunction with "network" property
        network=netref0 mtu=1400                       | Cannot use "mtu" property in conjunction with "network" property
        nictype=bridged parent=netref0 hwaddr=xx       | Invalid value for device option "hwaddr": Invalid MAC address, must be 6 bytes of hex separated by colons
        network=netref0 foo=bar                        | Invalid device option "foo"
        network=netref0 ipv4.address=10.1.1.1          | Device IP address "10.1.1.1" not within network "netref0" subnet
        network=netref0 ipv4.address=foo               | Device IP address "foo" not within network "netref0" subnet
        network=netref0 ipv6.address=fd42::33          | Cannot specify "ipv6.address" when DHCP or "ipv6.dhcp.stateful" are disabled (unless using security.ipv6_filtering) on network "netref0"
        network=netref0 ipv4.address=none              | Cannot have ipv4.address as none unless using security.ipv4_filtering
        network=netref0 vlan.tagged=abc                | Invalid VLAN range input: abc
        network=netref0 vlan.tagged=0                  | VLAN tagged ID 0 is not allowed for native Linux bridges
        network=netref0 vlan=5 vlan.tagged=5           | Invalid value for device option "vlan.tagged": Tagged VLAN ID "5" cannot be the same as untagged VLAN ID
        nictype=bridged parent=br0 security.ipv4_filtering=true | IPv4 filtering requires a manually specified ipv4.address when using an unmanaged parent bridge
        nictype=bridged parent=br0 security.ipv6_filtering=true | IPv6 filtering requires a manually specified ipv6.address when using an unmanaged parent bridge
        network=netref0 ipv4.address=10.9.9.9 security.ipv4_filtering=true | Device IP address "10.9.9.9" not within network "netref0" subnet
        network=netref0 ipv4.routes=10.1.0.1/24        | Invalid value for device option "ipv4.routes": Item "10.1.0.1/24": Not an IPv4 network address "10.1.0.1/24"
        nictype=routed ipv4.address=10.99.1.5 vlan=5   | The vlan setting can only be used when combined with a parent interface
        nictype=bridged parent=br0 mtu=40              | Invalid value for device option "mtu": Out of MTU range (1280-16384) "40"
        network=netref0 name=a_b                       | Invalid value for device option "name": Network interface contains invalid characters
        network=netref0 name=aaaaaaaaaaaaaaaaaaaaaa    | Invalid value for device option "name": Network interface is too long (maximum 15 characters)
        """)
    void validate_inLxdsWords(String options, String words) {
        var e = assertThrows(
                ProblemException.class, () -> NicPlanner.validate(options(options), NicPlannerTest::networks));
        assertEquals(words, e.problem().what());
    }

    private static NicPlan plan(String options, Map<String, String> config, Set<String> taken) {
        return NicPlanner.plan(
                new DeviceName("eth0"), options(options), config, NicPlannerTest::networks, taken, new Random(1));
    }

    @Test
    void plan_ofManagedNetwork() {
        var plan = plan("network=netref0 ipv4.address=10.78.79.5", Map.of(), Set.of("eth0"));
        assertEquals(new NicPlan.Kind.Bridged("netref0"), plan.kind());
        assertEquals("eth1", plan.guestName());
        assertEquals(1400, plan.mtu());
        assertTrue(plan.hwaddr().toString().startsWith("00:16:3e:"));
        assertTrue(plan.hostName().matches("veth[0-9a-f]{8}"), plan.hostName());
        assertEquals(
                Map.of(
                        "volatile.eth0.hwaddr", plan.hwaddr().toString(),
                        "volatile.eth0.host_name", plan.hostName(),
                        "volatile.eth0.name", "eth1"),
                plan.volatileKeys());
        assertEquals("10.78.79.5", plan.ipv4().orElseThrow().toString());
    }

    @Test
    void plan_keepsWhatWasChosenBefore() {
        var plan = plan(
                "network=netref0",
                Map.of("volatile.eth0.hwaddr", "00:16:3e:01:02:03", "volatile.eth0.name", "eth7"),
                Set.of("eth0"));
        assertEquals("00:16:3e:01:02:03", plan.hwaddr().toString());
        assertEquals("eth7", plan.guestName());
    }

    @Test
    void plan_ofManagedBridgeNamedAsParent() {
        var plan = plan(
                "nictype=bridged parent=netref0 name=net0 hwaddr=00:16:3e:01:02:03 host_name=vethx",
                Map.of(),
                Set.of());
        assertEquals(Optional.of(new NetworkName("netref0")), plan.network());
        assertEquals("vethx", plan.hostName());
        assertEquals(Map.of("volatile.eth0.host_name", "vethx"), plan.volatileKeys());
    }

    @Test
    void plan_duplicateName() {
        var e = assertThrows(ProblemException.class, () -> plan("network=netref0 name=eth0", Map.of(), Set.of("eth0")));
        assertEquals(
                "Invalid value for device option \"name\": Duplicate NIC name detected \"eth0\"",
                e.problem().what());
    }

    @Test
    void plan_macvlanHasNoHostEnd() {
        var plan = plan("nictype=macvlan parent=eth0", Map.of(), Set.of());
        assertEquals("", plan.hostName());
        assertTrue(!plan.volatileKeys().containsKey("volatile.eth0.host_name"));
    }

    @ParameterizedTest
    @CsvSource({"nictype=ovn,404", "nictype=p2p foo=1,400"})
    void validate_whatIsNotOffered(String options, int status) {
        var e = assertThrows(
                ProblemException.class, () -> NicPlanner.validate(options(options), NicPlannerTest::networks));
        assertEquals(status, e.problem().statusCode());
    }

    @Test
    void plan_limitsAndFilters() {
        var settings = plan(
                        "network=netref0 limits.max=10Mbit limits.ingress=5Mbit security.ipv6_filtering=true"
                                + " hwaddr=00:16:3e:01:02:03 ipv4.routes=10.5.0.0/16,10.6.0.0/16",
                        Map.of(),
                        Set.of())
                .settings();
        assertEquals(10_000_000, settings.ingress());
        assertEquals(10_000_000, settings.egress());
        assertEquals(2, settings.routes().size());
        assertEquals(
                "fd42::216:3eff:fe01:203",
                settings.filter().ipv6Address().orElseThrow().toString());
        assertFalse(settings.filter().ipv4());
    }

    @Test
    void plan_limitThatIsNone() {
        var e = assertThrows(
                ProblemException.class, () -> plan("network=netref0 limits.ingress=abc", Map.of(), Set.of()));
        assertEquals("Invalid value: abc", e.problem().what());
    }

    @Test
    void present_asItWasMade() {
        var first = plan("network=netref0 security.ipv4_filtering=true", Map.of(), Set.of())
                .withIpv4(IpAddress.parse("10.78.79.9"));
        var again = NicPlanner.present(
                new DeviceName("eth0"),
                options("network=netref0 security.ipv4_filtering=true"),
                first.volatileKeys(),
                NicPlannerTest::networks,
                new Random(2));
        assertEquals(first, again);
    }

    @Test
    void freeIpv4_skipsWhatIsTaken() {
        var taken = List.of(lease("c1", "eth0", "00:16:3e:00:00:01", "10.78.79.2"));
        assertEquals(
                "10.78.79.4",
                NicPlanner.freeIpv4(NETREF0, taken, Set.of("10.78.79.3"))
                        .orElseThrow()
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            BEFORE                        | AFTER                               | SAME
            network=n limits.max=1Mbit    | network=n                           | true
            network=n                     | network=n security.mac_filtering=on | true
            network=n                     | network=n hwaddr=00:16:3e:01:02:03  | false
            network=n                     | network=m                           | false
            nictype=p2p ipv4.routes=a     | nictype=p2p                         | true
            nictype=routed ipv4.address=a | nictype=routed ipv4.address=b       | false
            nictype=macvlan parent=a      | nictype=macvlan parent=a boot.priority=1 | false
            """)
    void isSameButForSettings(String before, String after, boolean same) {
        assertEquals(same, NicPlanner.isSameButForSettings(options(before), options(after)));
    }

    private static StaticLease lease(String instance, String device, String mac, String ip) {
        return new StaticLease(
                new ProjectName("default"),
                new InstanceName(instance),
                new DeviceName(device),
                MacAddress.parse(mac),
                IpAddress.find(ip),
                Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, quoteCharacter = '`', textBlock = """
        INSTANCE, DEVICE, MAC,               ADDRESS,  WORDS
        c1,       eth0,   00:16:3e:00:00:01, 10.0.0.5, ``
        c2,       eth0,   00:16:3e:00:00:02, 10.0.0.6, ``
        c1,       eth1,   00:16:3e:00:00:02, 10.0.0.6, Instance DNS name "c1" already used on network
        C1,       eth1,   00:16:3e:00:00:02, 10.0.0.6, Instance DNS name "C1" already used on network
        c2,       eth0,   00:16:3e:00:00:01, 10.0.0.6, MAC address "00:16:3e:00:00:01" already defined on another NIC
        c2,       eth0,   00:16:3e:00:00:02, 10.0.0.5, IP address "10.0.0.5" already defined on another NIC
        """)
    void requireFree_amongOthers(String instance, String device, String mac, String ip, String words) {
        var others = List.of(lease("c1", "eth0", "00:16:3e:00:00:01", "10.0.0.5"));
        var wanted = lease(instance, device, mac, ip);
        if (words.isEmpty()) {
            NicPlanner.requireFree(wanted, others);
            return;
        }
        var e = assertThrows(ProblemException.class, () -> NicPlanner.requireFree(wanted, others));
        assertEquals(words, e.problem().what());
    }
}
