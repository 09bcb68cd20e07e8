package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each way to attach a NIC, with what the host has of it: at the start, while the container runs, after
/// the daemon was killed, and gone without a trace.
@OnLightvisor
final class NicTest {
    private static final String PORT = "lvnic0";
    private static final String BRIDGE = "lvnicbr";

    private final LightvisorHost host;

    NicTest(LightvisorHost host) {
        this.host = host;
    }

    @BeforeEach
    void interfaces() {
        ip("link", "add", PORT, "type", "veth", "peer", "name", "lvnic1");
        ip("link", "set", PORT, "mtu", "1400", "address", "00:16:3e:00:0a:77", "up");
        ip("link", "set", "lvnic1", "up");
        ip("link", "add", BRIDGE, "type", "bridge");
        ip("link", "set", BRIDGE, "up");
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        host.tool().run("config", "device", "add", "c1", "eth0", "none");
    }

    @AfterEach
    void gone() {
        host.tool().run("delete", "--force", "c1");
        String links = ip("link");
        assertFalse(links.contains("lvi"), links);
        assertFalse(Program.of("nft", "list", "ruleset", "bridge").run().out().contains("nic_"));
        assertTrue(ip("link", "show", PORT).contains("00:16:3e:00:0a:77"), "the lent interface is not back");
        ip("link", "delete", PORT);
        ip("link", "delete", BRIDGE);
    }

    private static String ip(String... arguments) {
        var argv = new String[arguments.length + 1];
        argv[0] = "ip";
        System.arraycopy(arguments, 0, argv, 1, arguments.length);
        return Program.of(argv).run().ok().out();
    }

    private void add(String... options) {
        var argv = new String[options.length + 6];
        System.arraycopy(new String[] {"config", "device", "add", "c1", "n", "nic"}, 0, argv, 0, 6);
        System.arraycopy(options, 0, argv, 6, options.length);
        host.debians().run(argv);
    }

    private void set(String... options) {
        var argv = new String[options.length + 5];
        System.arraycopy(new String[] {"config", "device", "set", "c1", "n"}, 0, argv, 0, 5);
        System.arraycopy(options, 0, argv, 5, options.length);
        host.ours().run(argv);
    }

    private String inside(String command) {
        return host.ours().run("exec", "c1", "--", "sh", "-c", command);
    }

    private String volatileKey(String key) {
        return host.instance("c1").object("config").text("volatile.n." + key);
    }

    @Test
    void bridged_withAllTheHostHas() {
        add(
                "nictype=bridged",
                "parent=" + BRIDGE,
                "name=eth5",
                "host_name=lvnich",
                "mtu=1300",
                "queue.tx.length=77",
                "limits.ingress=10Mbit",
                "limits.egress=5Mbit",
                "ipv4.routes=10.201.7.0/24",
                "security.port_isolation=true",
                "boot.priority=3");
        host.ours().run("start", "c1");
        String inside = inside("ip link show eth5");
        assertTrue(inside.contains("mtu 1300") && inside.contains("qlen 77"), inside);
        assertEquals("lvnich", volatileKey("host_name"));
        assertTrue(tc("lvnich").contains("rate 10Mbit"));
        assertTrue(tc("lvnich").contains("ingress"));
        assertTrue(ip("route", "show", "dev", BRIDGE).contains("10.201.7.0/24"));
        assertTrue(Program.of("bridge", "-d", "link", "show", "dev", "lvnich")
                .run()
                .out()
                .contains("isolated on"));

        set("limits.ingress=20Mbit", "limits.egress=", "ipv4.routes=10.201.8.0/24", "security.port_isolation=false");
        assertTrue(tc("lvnich").contains("rate 20Mbit"));
        assertFalse(tc("lvnich").contains("ingress"));
        assertFalse(ip("route", "show", "dev", BRIDGE).contains("10.201.7.0/24"));
        assertTrue(ip("route", "show", "dev", BRIDGE).contains("10.201.8.0/24"));
        assertEquals("lvnich", volatileKey("host_name"));

        host.ours().run("stop", "--force", "c1");
        assertFalse(ip("route").contains("10.201."));
    }

    private static String tc(String link) {
        return Program.of("tc", "qdisc", "show", "dev", link).run().ok().out();
    }

    @Test
    void filters_letOnlyItsOwnAddressesPass() {
        add(
                "network=" + LightvisorHost.BRIDGE,
                "name=eth0",
                "security.mac_filtering=true",
                "security.ipv4_filtering=true",
                "security.ipv6_filtering=true");
        host.ours().run("start", "c1");
        String address = host.awaitAddress("c1");
        assertEquals(address, volatileKey("last_state.ip_addresses"));
        String gateway = host.tool()
                .run("network", "get", LightvisorHost.BRIDGE, "ipv4.address")
                .strip();
        String bridge = gateway.substring(0, gateway.indexOf('/'));
        String other = bridge.substring(0, bridge.lastIndexOf('.')) + ".250";
        inside("ping -c 1 -W 3 " + bridge);
        inside("ip address add " + other + "/24 dev eth0");
        String foreign = "ping -I " + other + " -c 1 -W 1 " + bridge;
        host.ours().call("exec", "c1", "--", "sh", "-c", foreign).exits(1);

        host.daemon().kill();
        host.daemon().startAgain();
        host.ours().call("exec", "c1", "--", "sh", "-c", foreign).exits(1);

        set("security.ipv4_filtering=false");
        inside(foreign);
        inside("ip link set eth0 down; ip link set eth0 address 00:16:3e:99:99:99; ip link set eth0 up");
        host.ours().call("exec", "c1", "--", "sh", "-c", foreign).exits(1);
    }

    @Test
    void physical_lentAndGivenBack() {
        add("nictype=physical", "parent=" + PORT, "name=eth2", "hwaddr=00:16:3e:00:0a:99", "mtu=1450");
        host.ours().run("start", "c1");
        isLent();
        host.ours().call("exec", "c1", "--", "reboot");
        host.awaitState("c1", "RUNNING", Duration.ofSeconds(10));
        for (int i = 0;
                i < 100
                        && !host.ours()
                                .call("exec", "c1", "--", "ip", "link")
                                .out()
                                .contains("eth2");
                i++) {
            LightvisorHost.pause();
        }
        isLent();
        host.ours().run("config", "device", "remove", "c1", "n");
        isHome();
        add("nictype=physical", "parent=" + PORT, "name=eth2", "hwaddr=00:16:3e:00:0a:99", "mtu=1450");
        isLent();
        host.ours().run("stop", "--force", "c1");
        isHome();
    }

    @Test
    void physical_endedUnseen() {
        add("nictype=physical", "parent=" + PORT, "name=eth2", "hwaddr=00:16:3e:00:0a:99", "mtu=1450");
        host.ours().run("start", "c1");
        long init = host.api()
                .get("/1.0/instances/c1/state")
                .json()
                .object("metadata")
                .number("pid");
        host.daemon().kill();
        ProcessHandle.of(init).orElseThrow().destroyForcibly();
        host.daemon().startAgain();
        host.awaitState("c1", "STOPPED", Duration.ofSeconds(10));
        isHome();
        host.ours().run("start", "c1");
        isLent();
    }

    private void isLent() {
        String link = inside("ip link show eth2");
        assertTrue(link.contains("mtu 1450") && link.contains("00:16:3e:00:0a:99"), link);
        assertEquals("1400", volatileKey("last_state.mtu"));
        assertEquals("00:16:3e:00:0a:77", volatileKey("last_state.hwaddr"));
        assertEquals(PORT, volatileKey("host_name"));
    }

    private static void isHome() {
        String link = ip("link", "show", PORT);
        assertTrue(link.contains("mtu 1400") && link.contains("00:16:3e:00:0a:77"), link);
    }

    @Test
    void macvlan_hotPlugged() {
        host.ours().run("start", "c1");
        add("nictype=macvlan", "parent=" + PORT, "name=eth4", "hwaddr=00:16:3e:00:0a:44");
        assertTrue(inside("ip link show eth4").contains("00:16:3e:00:0a:44"));
        host.debians().run("config", "device", "remove", "c1", "n");
        assertFalse(inside("ip link").contains("eth4"));
    }

    @Test
    void pointToPoint_withRoutes() {
        add("nictype=p2p", "name=eth6", "host_name=lvnich", "ipv4.routes=10.201.9.0/24", "limits.max=30Mbit");
        host.ours().run("start", "c1");
        assertTrue(ip("route", "show", "dev", "lvnich").contains("10.201.9.0/24"));
        assertTrue(tc("lvnich").contains("rate 30Mbit"));
        set("ipv4.routes=10.201.10.0/24");
        assertTrue(ip("route", "show", "dev", "lvnich").contains("10.201.10.0/24"));
        host.ours().run("config", "device", "remove", "c1", "n");
        Program.of("ip", "link", "show", "lvnich").run().exits(1);
    }

    @Test
    void routed_reachable() {
        Program.of("sysctl", "-q", "-w", "net.ipv4.conf." + PORT + ".forwarding=1")
                .run()
                .ok();
        add(
                "nictype=routed",
                "parent=" + PORT,
                "name=eth7",
                "ipv4.address=10.201.1.5,10.201.1.6",
                "ipv4.host_table=177");
        host.ours().run("start", "c1");
        assertTrue(inside("ip route").contains("default via 169.254.0.1"));
        Program.of("ping", "-c", "1", "-W", "3", "10.201.1.5").run().ok();
        assertTrue(ip("neigh", "show", "proxy", "dev", PORT).contains("10.201.1.6"));
        assertTrue(ip("route", "show", "table", "177").contains("10.201.1.6"));
        host.ours().run("stop", "--force", "c1");
        assertFalse(ip("neigh", "show", "proxy", "dev", PORT).contains("10.201.1.6"));
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            OPTIONS                                        | WORDS
            nictype=macvlan parent=nope                    | Failed to start device "n": Parent device 'nope' doesn't exist
            nictype=bridged parent=nope                    | Failed to start device "n": Parent device "nope" doesn't exist
            nictype=physical parent=nope                   | Failed to start device "n": Parent device 'nope' doesn't exist
            nictype=routed parent=nope ipv4.address=10.1.1.1 | Failed to start device "n": Parent device "nope" doesn't exist
            nictype=sriov parent=lvnic0                    | Failed to start device "n": Parent device "lvnic0" doesn't support SR-IOV
            nictype=p2p limits.ingress=abc                 | Failed to start device "n": Invalid value: abc
            nictype=p2p host_name=lvnic0                   | EEXIST
            """)
    void start_refused(String options, String words) {
        add(options.split(" "));
        host.ours().call("start", "c1").failsWith(words);
        assertEquals("STOPPED", host.state("c1"));
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            OPTIONS                                                | WORDS
            nictype=bridged                                        | Invalid value for device option "parent": Required value
            nictype=p2p parent=x                                   | Invalid device option "parent"
            nictype=bridged parent=br0 mtu=40                      | Out of MTU range (1280-16384) "40"
            nictype=bridged parent=br0 security.ipv4_filtering=true | IPv4 filtering requires a manually specified ipv4.address
            nictype=bridged parent=br0 vlan.tagged=0               | VLAN tagged ID 0 is not allowed for native Linux bridges
            nictype=routed vlan=5                                  | The vlan setting can only be used when combined with a parent interface
            nictype=ipvlan parent=x mode=l9                        | Must be one of: l3s, l2
            """)
    void options_refused(String options, String words) {
        var words0 = options.split(" ");
        var argv = new String[words0.length + 6];
        System.arraycopy(new String[] {"config", "device", "add", "c1", "n", "nic"}, 0, argv, 0, 6);
        System.arraycopy(words0, 0, argv, 6, words0.length);
        host.debians().call(argv).failsWith(words);
    }
}
