package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.api.JsonTree;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// `lxc monitor` and `lxc query`.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class MonitorAndQueryTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    MonitorAndQueryTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void monitor_lifecycle() throws Exception {
        Process monitor =
                lxc.program("monitor", "--type=lifecycle", "--format=json").start();
        var seen = CompletableFuture.supplyAsync(
                () -> monitor.inputReader()
                        .lines()
                        .anyMatch(line -> line.contains("instance-started") && line.contains("/1.0/instances/c1")),
                Thread::startVirtualThread);
        try {
            for (int round = 0; round < 20 && !seen.isDone(); round++) {
                // The monitor needs a moment to connect, and says nothing once it has.
                host.launch("c1");
                host.tool().run("delete", "--force", "c1");
            }
            assertTrue(seen.get(5, TimeUnit.SECONDS));
        } finally {
            monitor.destroyForcibly();
        }
    }

    @Test
    void query_getPutPostDelete() {
        assertEquals(
                "lxd",
                JsonTree.object(lxc.call("query", "/1.0").ok().bytes())
                        .object("environment")
                        .text("server"));
        lxc.run("query", "-X", "POST", "-d", "{\"name\": \"p1\", \"config\": {\"user.a\": \"b\"}}", "/1.0/profiles");
        assertEquals("b", lxc.run("profile", "get", "p1", "user.a"));
        lxc.run("query", "-X", "PATCH", "-d", "{\"config\": {\"user.c\": \"d\"}}", "/1.0/profiles/p1");
        assertEquals("d", lxc.run("profile", "get", "p1", "user.c"));
        lxc.run("query", "-X", "DELETE", "/1.0/profiles/p1");
        lxc.call("query", "/1.0/profiles/p1").failsWith("not found");
    }

    @Test
    void query_wait() {
        var body =
                "{\"name\": \"c1\", \"source\": {\"type\": \"image\", \"alias\": \"" + LightvisorHost.BUSYBOX + "\"}}";
        var out = lxc.call("query", "--wait", "-X", "POST", "-d", body, "/1.0/instances")
                .ok();
        assertEquals("Success", JsonTree.object(out.bytes()).text("status"));
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void query_raw() {
        var answer =
                JsonTree.object(lxc.call("query", "--raw", "/1.0/profiles").ok().bytes());
        assertEquals("sync", answer.text("type"));
        assertEquals(200, answer.number("status_code"));
    }
}
