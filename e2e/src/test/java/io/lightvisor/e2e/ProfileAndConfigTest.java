package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Profiles, configuration and limits that take effect while a container runs.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class ProfileAndConfigTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    ProfileAndConfigTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void profile_wholeLife() {
        lxc.run("profile", "create", "p1");
        lxc.feed("config:\n  user.a: one\ndescription: first\ndevices: {}\nname: p1\n", "profile", "edit", "p1")
                .ok();
        assertEquals("one", lxc.run("profile", "get", "p1", "user.a"));
        lxc.run("profile", "device", "add", "p1", "eth1", "nic", "nictype=p2p");
        assertEquals("eth1", lxc.run("profile", "device", "list", "p1"));
        lxc.run("profile", "copy", "p1", "p2");
        lxc.run("profile", "rename", "p2", "p3");
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("profile", "add", "c1", "p3");
        assertTrue(lxc.run("config", "show", "c1", "--expanded").contains("user.a: one"));
        lxc.call("profile", "delete", "p3").failsWith("Profile is currently in use");
        lxc.run("profile", "assign", "c1", "default");
        lxc.run("profile", "delete", "p3");
        lxc.run("profile", "unset", "p1", "user.a");
        lxc.run("profile", "device", "remove", "p1", "eth1");
        lxc.run("profile", "delete", "p1");
    }

    @Test
    void profile_editReachesRunningContainers() {
        lxc.run("profile", "create", "p1");
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-p", "default", "-p", "p1");
        lxc.run("profile", "set", "p1", "limits.memory", "64MiB");
        assertEquals(64L << 20, memoryLimit());
    }

    @Test
    void config_editAndShow() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "set", "c1", "user.a=1", "user.b=2");
        String shown = lxc.run("config", "show", "c1");
        lxc.feed(shown.replace("user.a: \"1\"", "user.a: \"3\"") + "\n", "config", "edit", "c1")
                .ok();
        assertEquals("3", lxc.run("config", "get", "c1", "user.a"));
        lxc.run("config", "unset", "c1", "user.a");
        assertEquals("", lxc.run("config", "get", "c1", "user.a"));
    }

    @Test
    void limits_memoryLive() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "limits.memory=128MiB");
        assertEquals(128L << 20, memoryLimit());
        lxc.run("config", "set", "c1", "limits.memory", "64MiB");
        assertEquals(64L << 20, memoryLimit());
        lxc.run("config", "unset", "c1", "limits.memory");
        assertTrue(memoryLimit() > 1L << 40);
    }

    @Test
    void limits_memoryKills() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "limits.memory=32MiB", "-c", "limits.memory.swap=false");
        lxc.call(
                        "exec",
                        "c1",
                        "--",
                        "sh",
                        "-c",
                        "x=$(dd if=/dev/zero bs=1M count=100 2>/dev/null | tr '\\0' x); echo ${#x}")
                .exits(137);
        assertEquals("RUNNING", host.state("c1"));
    }

    @Test
    void limits_cpuLive() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "set", "c1", "limits.cpu", "1");
        assertEquals(
                "1",
                lxc.run(
                        "exec",
                        "c1",
                        "--",
                        "sh",
                        "-c",
                        "grep -c Cpus_allowed_list /proc/self/status >/dev/null; nproc"));
        lxc.run("config", "set", "c1", "limits.cpu", "0-0");
        assertEquals(
                "0", lxc.run("exec", "c1", "--", "sh", "-c", "sed -n 's/Cpus_allowed_list:\\s*//p' /proc/self/status"));
    }

    @Test
    void limits_processesLive() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "set", "c1", "limits.processes", "10");
        var result = lxc.call(
                "exec", "c1", "--", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait");
        assertTrue(result.err().contains("fork"), result.err());
    }

    @Test
    void limits_wrongValueChangesNothing() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "limits.memory=128MiB");
        lxc.call("config", "set", "c1", "limits.memory", "lots").failsWith("Error:");
        assertEquals("128MiB", lxc.run("config", "get", "c1", "limits.memory"));
        assertEquals(128L << 20, memoryLimit());
    }

    @Test
    void nic_addedAndRemovedWhileRunning() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        // Not on the bridge that eth0 is on: LXD refuses two NICs with one DNS name on one network.
        lxc.run("network", "create", LightvisorHost.BRIDGE + "b", "ipv4.address=none", "ipv6.address=none");
        lxc.run("config", "device", "add", "c1", "eth1", "nic", "network=" + LightvisorHost.BRIDGE + "b", "name=eth1");
        lxc.call("exec", "c1", "--", "ifconfig", "eth1").ok();
        lxc.run("config", "device", "remove", "c1", "eth1");
        assertTrue(lxc.call("exec", "c1", "--", "ifconfig", "eth1").exit() != 0);
        lxc.run("network", "delete", LightvisorHost.BRIDGE + "b");
    }

    /// The limit in bytes as the container itself reads it, on cgroup v1 or v2.
    private long memoryLimit() {
        var text = host.tool()
                .run(
                        "exec",
                        "c1",
                        "--",
                        "sh",
                        "-c",
                        "mkdir -p /tmp/m; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true")
                .strip();
        if (text.isEmpty()) {
            text = hostsView();
        }
        return text.equals("max") ? Long.MAX_VALUE : Long.parseLong(text);
    }

    /// Where the guest has mounted no cgroup view: the files of its init's cgroup, seen from the host.
    private String hostsView() {
        long pid = host.api().get("/1.0/instances/c1/state").metadata().number("pid");
        return Program.of(
                        "sh",
                        "-c",
                        "p=/proc/" + pid
                                + "/cgroup; m=$(sed -n 's/^[0-9]*:memory://p' $p); u=$(sed -n 's/^0:://p' $p); "
                                + "cat /sys/fs/cgroup/memory$m/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup$u/memory.max")
                .run()
                .ok()
                .out()
                .strip();
    }
}
