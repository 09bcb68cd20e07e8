package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The daemon may end at any moment, by request or by kill -9: containers go on, and the next daemon knows them.
@OnLightvisor
final class RecoveryTest {
    private final LightvisorHost host;

    RecoveryTest(LightvisorHost host) {
        this.host = host;
    }

    @Test
    void killed_withRunningContainers() {
        host.launch("c1");
        String address = host.awaitAddress("c1");
        host.ours()
                .run(
                        "exec",
                        "c1",
                        "--",
                        "sh",
                        "-c",
                        "echo before the crash >/dev/console; sleep 4000 >/dev/null 2>&1 &");
        long init = init("c1");

        host.daemon().kill();
        assertTrue(ProcessHandle.of(init).isPresent(), "the container ended with the daemon");
        host.daemon().startAgain();

        assertEquals("RUNNING", host.state("c1"));
        assertEquals(init, init("c1"));
        assertEquals(address, host.awaitAddress("c1"));
        assertTrue(host.ours().run("exec", "c1", "--", "ps").contains("sleep 4000"));
        assertTrue(host.ours().run("console", "c1", "--show-log").contains("before the crash"));
        host.ours().run("pause", "c1");
        host.ours().run("start", "c1");
        host.ours().run("restart", "--force", "c1");
        assertNotEquals(init, init("c1"));
        host.ours().run("stop", "c1");
    }

    @Test
    void stopped_withRunningContainers() {
        host.launch("c1");
        long init = init("c1");
        host.daemon().stop();
        host.daemon().startAgain();
        assertEquals(init, init("c1"));
        host.ours().run("exec", "c1", "--", "true");
    }

    @Test
    void killed_whileAContainerEndsUnseen() {
        host.launch("c1");
        long init = init("c1");
        host.daemon().kill();
        ProcessHandle.of(init).orElseThrow().destroyForcibly();
        host.daemon().startAgain();
        host.awaitState("c1", "STOPPED", Duration.ofSeconds(10));
        host.ours().run("start", "c1");
        assertEquals("RUNNING", host.state("c1"));
    }

    /// Whatever the moment: what the client was told has happened is there, all else is gone, and a new launch
    /// works.
    @Test
    void killed_duringLaunches() throws Exception {
        for (int round = 0; round < 6; round++) {
            var clients = new ArrayList<Process>();
            for (int i = 0; i < 4; i++) {
                clients.add(host.ours()
                        .program("launch", LightvisorHost.BUSYBOX, "r" + round + "-" + i)
                        .start());
            }
            Thread.sleep(40 + 60L * round);
            host.daemon().kill();
            for (Process client : clients) {
                client.destroyForcibly().waitFor();
            }
            host.daemon().startAgain();
            for (String line : host.ours()
                    .call("list", "--format", "csv", "--columns", "ns")
                    .ok()
                    .lines()) {
                String name = line.substring(0, line.indexOf(','));
                assertTrue(List.of("RUNNING", "STOPPED").contains(line.substring(line.indexOf(',') + 1)), line);
                if (line.endsWith("STOPPED")) {
                    host.ours().run("start", name);
                }
                host.ours().run("exec", name, "--", "true");
            }
            host.launch("after-" + round);
            host.clean();
        }
    }

    @Test
    void killed_keepsWhatWasAnswered() {
        for (int i = 0; i < 5; i++) {
            host.ours().run("profile", "create", "p" + i);
            host.daemon().kill();
            host.daemon().startAgain();
            assertEquals(
                    "p" + i, host.api().get("/1.0/profiles/p" + i).metadata().text("name"));
        }
    }

    @Test
    void second_onTheSameFolder() {
        var result = host.daemon()
                .lxd("--logfile", host.scratch().resolve("second.log").toString())
                .within(Duration.ofSeconds(20))
                .run();
        assertNotEquals(0, result.exit());
        assertTrue(host.api().get("/1.0").status() == 200, "the first daemon goes on");
    }

    private long init(String name) {
        return host.api().get("/1.0/instances/" + name + "/state").metadata().number("pid");
    }
}
