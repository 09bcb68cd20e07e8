package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// The managed bridge, its addresses and its names.
@OnLightvisor
final class NetworkTest {
    private final LightvisorHost host;

    NetworkTest(LightvisorHost host) {
        this.host = host;
    }

    @Test
    void containers_reachEachOtherByName() {
        host.launch("c1");
        host.launch("c2");
        host.awaitAddress("c1");
        String second = host.awaitAddress("c2");
        var ping = host.tool()
                .call("exec", "c1", "--", "ping", "-c", "1", "-W", "3", "c2")
                .ok()
                .out();
        assertTrue(ping.contains(second), ping);
        host.tool()
                .call("exec", "c2", "--", "ping", "-c", "1", "-W", "3", "c1.lxd")
                .ok();
    }

    @Test
    void host_reachesContainers() {
        host.launch("c1");
        Program.of("ping", "-c", "1", "-W", "3", host.awaitAddress("c1")).run().ok();
    }

    @Test
    void containers_reachTheHostAndItsOtherNetworks() {
        host.launch("c1");
        host.awaitAddress("c1");
        String bridge = host.tool()
                .run("network", "get", LightvisorHost.BRIDGE, "ipv4.address")
                .split("/")[0];
        host.tool()
                .call("exec", "c1", "--", "ping", "-c", "1", "-W", "3", bridge)
                .ok();
    }

    @Test
    void lease_listed() {
        host.launch("c1");
        String address = host.awaitAddress("c1");
        assertTrue(
                host.tool().run("network", "list-leases", LightvisorHost.BRIDGE).contains(address));
        assertTrue(host.tool().run("list", "--format", "csv", "--columns", "4").contains(address + " (eth0)"));
    }

    @Test
    void address_keptOverRestart() {
        host.launch("c1");
        String address = host.awaitAddress("c1");
        host.tool().run("restart", "--force", "c1");
        assertEquals(address, host.awaitAddress("c1"));
    }

    @Test
    void network_inUse() {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        host.tool().call("network", "delete", LightvisorHost.BRIDGE).failsWith("currently in use");
    }

    @Test
    void network_createEditDelete() {
        host.tool().run("network", "create", LightvisorHost.BRIDGE + "b", "ipv4.address=none", "ipv6.address=none");
        assertTrue(Program.of("ip", "link", "show", LightvisorHost.BRIDGE + "b")
                        .run()
                        .exit()
                == 0);
        host.tool().run("network", "set", LightvisorHost.BRIDGE + "b", "bridge.mtu", "1400");
        assertTrue(Program.of("ip", "link", "show", LightvisorHost.BRIDGE + "b")
                .run()
                .out()
                .contains("mtu 1400"));
        host.tool().run("network", "delete", LightvisorHost.BRIDGE + "b");
        assertFalse(Program.of("ip", "link", "show", LightvisorHost.BRIDGE + "b")
                        .run()
                        .exit()
                == 0);
    }
}
