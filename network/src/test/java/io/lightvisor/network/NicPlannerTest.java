package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    @CsvSource({"nictype=routed,501", "nictype=physical,501", "network=netref0 vlan=5,501", "nictype=p2p foo=1,400"})
    void validate_whatIsNotOffered(String options, int status) {
        var e = assertThrows(
                ProblemException.class, () -> NicPlanner.validate(options(options), NicPlannerTest::networks));
        assertEquals(status, e.problem().statusCode());
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
