package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What LXD does not have: restart policies, health checks, dependencies, and `lxc wait`.
@OnLightvisor
@Needs(Need.ROOT)
final class RestartAndHealthTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    RestartAndHealthTest(LightvisorHost host) {
        this.host = host;
        lxc = host.ours();
    }

    private void kill(String name) {
        long pid =
                host.api().get("/1.0/instances/" + name + "/state").metadata().number("pid");
        Program.of("kill", "-9", Long.toString(pid)).run().ok();
        lxc.run("wait", name, "--for", "stopped", "--timeout", "5");
    }

    private String health(String name) {
        return lxc.run("list", "^" + name + "$", "-c", "h", "-f", "csv");
    }

    @Test
    void restartPolicy_onFailure() {
        host.launch("c1");
        lxc.run("config", "set", "c1", "boot.restart.policy=on-failure");
        kill("c1");
        lxc.run("wait", "c1", "--for=running", "--timeout=10");
        assertEquals(1, host.api().get("/1.0/instances/c1/state").metadata().number("restarts"));
        assertTrue(lxc.run("info", "c1").contains("Restarts: 1"));
        // A stop by a user ends it, also one that comes while it waits.
        kill("c1");
        lxc.run("stop", "c1");
        lxc.call("wait", "c1", "--timeout", "3").failsWith("not running after 3 seconds");
        assertEquals("", lxc.run("config", "get", "c1", "volatile.lightvisor.restart"));
        // And one that shuts itself down has not failed.
        lxc.run("start", "c1");
        lxc.call("exec", "c1", "--", "poweroff");
        lxc.run("wait", "c1", "--for=stopped", "--timeout=20");
        lxc.call("wait", "c1", "--timeout", "2").failsWith("not running");
    }

    @Test
    void restartPolicy_alwaysAndAfterTheDaemon() {
        host.launch("c1");
        lxc.run("config", "set", "c1", "boot.restart.policy=always");
        lxc.call("exec", "c1", "--", "poweroff");
        lxc.run("wait", "c1", "--for=stopped", "--timeout=20");
        host.daemon().kill();
        host.daemon().startAgain();
        lxc.run("wait", "c1", "--timeout", "15");
    }

    @Test
    void healthcheck_exec() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1", "-c", "healthcheck.exec=test -e /ok || { echo no ok; false; }");
        for (var setting : new String[] {"interval=100ms", "retries=2", "timeout=2s"}) {
            lxc.run("config", "set", "c1", "healthcheck." + setting);
        }
        lxc.run("start", "c1");
        awaitHealth("c1", "UNHEALTHY");
        assertTrue(lxc.run("info", "c1").contains("Health: unhealthy (exit code 1: no ok)"));
        lxc.run("exec", "c1", "--", "touch", "/ok");
        lxc.run("wait", "c1", "--for=healthy", "--timeout=10");
        assertEquals("HEALTHY", health("c1"));
        lxc.run("config", "set", "c1", "healthcheck.exec=sleep 60");
        lxc.run("config", "set", "c1", "healthcheck.timeout=200ms");
        awaitHealth("c1", "UNHEALTHY");
        lxc.run("config", "unset", "c1", "healthcheck.exec");
        assertEquals("", health("c1"));
        lxc.call("wait", "c1", "--for=healthy").failsWith("has no health check");
    }

    private void awaitHealth(String name, String wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!health(name).equals(wanted)) {
            assertTrue(System.nanoTime() < end, "health is " + health(name) + " instead of " + wanted);
            LightvisorHost.pause();
        }
    }

    @Test
    void healthcheck_tcpAndHttp() {
        host.launch("c1");
        lxc.run("config", "set", "c1", "healthcheck.interval=100ms");
        lxc.run("config", "set", "c1", "healthcheck.tcp=8080");
        lxc.call("wait", "c1", "--for=healthy", "--timeout=1").failsWith("not healthy");
        lxc.run(
                "exec",
                "c1",
                "--",
                "sh",
                "-c",
                "while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\n' | nc -l -p 8080; done"
                        + " >/dev/null 2>&1 </dev/null &");
        lxc.run("wait", "c1", "--for=healthy", "--timeout=10");
        lxc.run("config", "unset", "c1", "healthcheck.tcp");
        lxc.run("config", "set", "c1", "healthcheck.http=http://127.0.0.1:8080/health");
        lxc.run("wait", "c1", "--for=healthy", "--timeout=10");
    }

    @Test
    void dependencies_areStartedFirst() {
        lxc.run(
                "init",
                LightvisorHost.BUSYBOX,
                "db",
                "-c",
                "healthcheck.exec=test -d /proc",
                "-c",
                "healthcheck.interval=1s");
        lxc.run("init", LightvisorHost.BUSYBOX, "web", "-c", "boot.depends_on=db:healthy");
        lxc.call("config", "set", "db", "boot.depends_on=web")
                .failsWith("Instances depend on each other in a circle: db -> web -> db");
        lxc.run("start", "web");
        assertEquals("RUNNING", host.state("web"));
        assertEquals("RUNNING", host.state("db"));
        assertEquals("HEALTHY", health("db"));
        lxc.run("init", LightvisorHost.BUSYBOX, "lone", "-c", "boot.depends_on=nobody");
        lxc.call("start", "lone").failsWith("depends on \"nobody\", which does not exist");
        assertEquals("STOPPED", host.state("lone"));
    }

    @Test
    void wait_forAnAddress() {
        host.launch("c1");
        lxc.run("wait", "c1", "--for=ip", "--timeout=20");
        assertTrue(lxc.run("list", "c1", "-c", "4", "-f", "csv").contains("eth0"));
        lxc.call("wait", "c1", "--for=bogus").failsWith("invalid condition");
        lxc.call("wait", "none").failsWith("Instance not found");
    }
}
