package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The life of an instance, as a script drives it.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class LifeCycleTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    LifeCycleTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void launch_fromLocalImage() {
        var result = lxc.call("launch", LightvisorHost.BUSYBOX, "c1").ok();
        assertTrue(result.out().contains("Creating c1"), result.out());
        assertTrue(result.out().contains("Starting c1"), result.out());
        assertEquals("c1,RUNNING,CONTAINER", lxc.run("list", "--format", "csv", "--columns", "nst"));
    }

    @Test
    void launch_withoutName() {
        var out = lxc.run("launch", LightvisorHost.BUSYBOX);
        String name = lxc.run("list", "--format", "csv", "--columns", "n");
        assertTrue(out.contains("Instance name is: " + name), out);
    }

    @Test
    void launch_withConfigDevicesAndProfiles() {
        lxc.run("profile", "create", "p1");
        lxc.run("profile", "set", "p1", "user.from", "p1");
        lxc.run(
                "launch",
                LightvisorHost.BUSYBOX,
                "c1",
                "-p",
                "default",
                "-p",
                "p1",
                "-c",
                "user.own=yes",
                "-d",
                "eth0,name=net0");
        assertEquals("yes", lxc.run("config", "get", "c1", "user.own"));
        assertTrue(lxc.run("config", "show", "--expanded", "c1").contains("user.from: p1"));
        lxc.call("exec", "c1", "--", "ifconfig", "net0").ok();
    }

    @Test
    void launch_ephemeral() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "--ephemeral");
        lxc.run("stop", "--force", "c1");
        assertEquals("", host.state("c1"));
    }

    @Test
    void init_thenStart() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        assertEquals("STOPPED", host.state("c1"));
        lxc.run("start", "c1");
        assertEquals("RUNNING", host.state("c1"));
    }

    @Test
    void init_empty() {
        lxc.run("init", "--empty", "c1");
        assertEquals("STOPPED", host.state("c1"));
        lxc.call("start", "c1").failsWith("Error:");
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void stop_clean() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("stop", "c1");
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void stop_cleanThatTakesTooLong() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        Program.of("kill", "-STOP", String.valueOf(pid())).run().ok();
        lxc.call("stop", "c1", "--timeout", "1").failsWith("Error:");
        assertEquals("RUNNING", host.state("c1"));
        lxc.run("stop", "--force", "c1");
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void stop_severalAtOnce() {
        for (String name : new String[] {"c1", "c2", "c3"}) {
            lxc.run("launch", LightvisorHost.BUSYBOX, name);
        }
        lxc.run("stop", "--force", "c1", "c2", "c3");
        assertEquals("c1,STOPPED\nc2,STOPPED\nc3,STOPPED", lxc.run("list", "--format", "csv", "--columns", "ns"));
        lxc.run("start", "--all");
        assertEquals("c1,RUNNING\nc2,RUNNING\nc3,RUNNING", lxc.run("list", "--format", "csv", "--columns", "ns"));
    }

    @Test
    void restart_cleanAndForced() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        long first = pid();
        lxc.run("restart", "c1");
        long second = pid();
        assertNotEquals(first, second);
        lxc.run("restart", "--force", "c1");
        assertNotEquals(second, pid());
        assertEquals("RUNNING", host.state("c1"));
    }

    @Test
    void pause_thenStart() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("pause", "c1");
        assertEquals("FROZEN", host.state("c1"));
        lxc.call("exec", "c1", "--", "true").failsWith("Error:");
        lxc.run("start", "c1");
        assertEquals("RUNNING", host.state("c1"));
        lxc.call("exec", "c1", "--", "true").ok();
    }

    @Test
    void rename_whileStoppedAndWhileRunning() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("rename", "c1", "c2");
        lxc.run("start", "c2");
        assertEquals("c2", lxc.run("exec", "c2", "--", "hostname"));
        lxc.call("rename", "c2", "c3").failsWith("Renaming of running container not allowed");
    }

    @Test
    void delete_whileRunning() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.call("delete", "c1").failsWith("The instance is currently running, stop it first or pass --force");
        lxc.run("delete", "--force", "c1");
        assertEquals("", host.state("c1"));
    }

    @Test
    void start_twice() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.call("start", "c1").failsWith("already running");
    }

    @Test
    void stop_whileStopped() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.call("stop", "c1").failsWith("already stopped");
    }

    @Test
    void halt_fromInside() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.call("exec", "c1", "--", "kill", "-PWR", "1");
        host.awaitState("c1", "STOPPED", Duration.ofSeconds(10));
    }

    @Test
    void init_killed() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        ProcessHandle.of(pid()).orElseThrow().destroyForcibly();
        host.awaitState("c1", "STOPPED", Duration.ofSeconds(10));
        lxc.run("start", "c1");
        assertEquals("RUNNING", host.state("c1"));
    }

    private long pid() {
        return host.api().get("/1.0/instances/c1/state").metadata().number("pid");
    }
}
