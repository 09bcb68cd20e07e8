package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A whole Debian 12 with systemd, built by the daemon from the host's own mirror.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIAN_MIRROR})
final class DebianGuestTest {
    static final String ALIAS = "debian12";
    private final LightvisorHost host;

    DebianGuestTest(LightvisorHost host) {
        this.host = host;
    }

    @BeforeEach
    void buildOnce() {
        build(host);
    }

    static void build(LightvisorHost host) {
        if (host.ours().run("image", "list", ALIAS, "--format", "csv").isEmpty()) {
            host.ours()
                    .program("image", "build", "debian/12", "--alias", ALIAS)
                    .within(Duration.ofMinutes(5))
                    .run()
                    .ok();
        }
    }

    @Test
    void boot_reachesRunning() {
        host.ours().run("launch", ALIAS, "d1");
        assertEquals("running", settled("d1"));
        assertTrue(host.ours().run("exec", "d1", "--", "cat", "/etc/os-release").contains("bookworm"));
        assertEquals("d1", host.ours().run("exec", "d1", "--", "hostname"));
        host.awaitAddress("d1");
        host.ours().run("stop", "d1");
        assertEquals("STOPPED", host.state("d1"));
    }

    @Test
    void boot_privileged() {
        host.ours().run("launch", ALIAS, "d1", "-c", "security.privileged=true");
        assertEquals("running", settled("d1"));
    }

    @Test
    void guests_reachEachOtherByName() {
        host.ours().run("launch", ALIAS, "d1");
        host.launch("c1");
        host.awaitAddress("d1");
        host.awaitAddress("c1");
        settled("d1");
        host.ours().call("exec", "c1", "--", "ping", "-c", "1", "-W", "3", "d1").ok();
        assertTrue(host.ours().run("exec", "d1", "--", "getent", "hosts", "c1").contains("."));
    }

    @Test
    void reboot_fromInside() {
        host.ours().run("launch", ALIAS, "d1");
        settled("d1");
        long first = pid("d1");
        host.ours().call("exec", "d1", "--", "systemctl", "reboot");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (pid("d1") == first || pid("d1") <= 0) {
            assertTrue(System.nanoTime() < end, "no reboot within 60 s");
            LightvisorHost.pause();
        }
        host.awaitState("d1", "RUNNING", Duration.ofSeconds(10));
        assertEquals("running", settled("d1"));
    }

    @Test
    void poweroff_fromInside() {
        host.ours().run("launch", ALIAS, "d1");
        settled("d1");
        host.ours().call("exec", "d1", "--", "systemctl", "poweroff");
        host.awaitState("d1", "STOPPED", Duration.ofSeconds(60));
    }

    @Test
    void exec_loginShellOfDebiansClient() {
        host.debians().run("launch", ALIAS, "d1");
        settled("d1");
        var shown = host.debians()
                .onTerminal("systemctl is-active systemd-networkd\nexit\n", "exec", "d1", "--", "bash")
                .ok()
                .out();
        assertTrue(shown.contains("active"), shown);
    }

    /// The state in which the guest's systemd comes to rest.
    private String settled(String name) {
        var result = host.ours()
                .program(
                        "exec",
                        name,
                        "--",
                        "sh",
                        "-c",
                        "for i in $(seq 100); do s=$(systemctl is-system-running --wait 2>/dev/null); [ -n \"$s\" ] && [ \"$s\" != offline ] && break; sleep 0.1; done;"
                                + " echo \"$s\"; [ \"$s\" = running ] || systemctl --failed --no-legend --plain")
                .run();
        return result.out().strip();
    }

    private long pid(String name) {
        return host.api().get("/1.0/instances/" + name + "/state").metadata().number("pid");
    }
}
