package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `lxc exec`, with a terminal and without.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class ExecTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    ExecTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @BeforeEach
    void launch() {
        host.launch("c1");
    }

    @Test
    void exec_keepsTheStreamsApart() {
        var result = lxc.call("exec", "c1", "--", "sh", "-c", "echo out; echo err >&2")
                .ok();
        assertEquals("out\n", result.out());
        assertEquals("err\n", result.err());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
                    COMMAND               | CODE
                    true                  | 0
                    exit 3                | 3
                    kill -TERM $$         | 143
                    kill -KILL $$         | 137
                    """)
    void exec_exitCodeOfShell(String command, int code) {
        lxc.call("exec", "c1", "--", "sh", "-c", command).exits(code);
    }

    @Test
    void exec_commandThatDoesNotExist() {
        lxc.call("exec", "c1", "--", "/no/such").exits(127);
        lxc.call("exec", "c1", "--", "nosuchcommand").exits(127);
    }

    @Test
    void exec_commandThatIsNoProgram() {
        lxc.call("exec", "c1", "--", "/etc/passwd").exits(126);
    }

    @Test
    void exec_bytesThroughBothWays() {
        byte[] bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        assertArrayEquals(
                bytes, lxc.program("exec", "c1", "--", "cat").run(bytes).ok().bytes());
    }

    @Test
    void exec_lotsOfOutputWithNothingLost() {
        var result = lxc.call(
                        "exec", "c1", "--", "sh", "-c", "dd if=/dev/zero bs=1000 count=5000 2>/dev/null; echo end")
                .ok();
        assertEquals(5_000_004, result.bytes().length);
    }

    @Test
    void exec_environmentAndPlaceAndUser() {
        assertEquals("/tmp", lxc.run("exec", "c1", "--cwd", "/tmp", "--", "pwd"));
        assertEquals("x y", lxc.run("exec", "c1", "--env", "A=x y", "--", "sh", "-c", "echo \"$A\""));
        assertEquals("65534", lxc.run("exec", "c1", "--user", "65534", "--group", "65534", "--", "id", "-u"));
        assertEquals("/root", lxc.run("exec", "c1", "--", "sh", "-c", "echo $HOME; exit"));
    }

    @Test
    void exec_environmentOfTheInstance() {
        lxc.run("config", "set", "c1", "environment.COLOUR", "red");
        assertEquals("red", lxc.run("exec", "c1", "--", "sh", "-c", "echo $COLOUR"));
    }

    @Test
    void exec_onTerminal() {
        var shown = lxc.onTerminal("", "exec", "c1", "--", "sh", "-c", "tty; stty size")
                .ok()
                .out();
        assertTrue(shown.contains("/dev/pts/"), shown);
        assertTrue(shown.contains("30 100"), shown);
    }

    @Test
    void exec_typedOnTerminal() {
        var shown = lxc.onTerminal("echo $((6 * 7))\nexit 5\n", "exec", "c1", "--", "sh")
                .exits(5)
                .out();
        assertTrue(shown.contains("42"), shown);
    }

    @Test
    void exec_interruptOnTerminal() {
        var shown = lxc.watched(
                        "sleep 2; printf '\\003'; sleep 3",
                        "exec",
                        "c1",
                        "--",
                        "sh",
                        "-c",
                        "trap 'echo caught; exit 9' INT; sleep 20 & wait")
                .out();
        assertTrue(shown.contains("caught"), shown);
    }

    @Test
    void exec_forcedModes() {
        assertTrue(lxc.call("exec", "c1", "-T", "--", "tty").out().contains("not a tty"));
        assertTrue(lxc.call("exec", "c1", "-t", "--", "tty").out().contains("/dev/pts/"));
        assertEquals(0, lxc.feed("hidden", "exec", "c1", "-n", "--", "cat").ok().bytes().length);
    }

    @Test
    void exec_signalForwarded() throws Exception {
        Process client = lxc.program(
                        "exec", "c1", "--", "sh", "-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done")
                .start();
        assertEquals("up", client.inputReader().readLine());
        client.destroy();
        assertTrue(client.waitFor(10, TimeUnit.SECONDS));
        assertEquals(7, client.exitValue());
    }

    @Test
    void exec_manyAtOnce() {
        var all = new ArrayList<CompletableFuture<Program.Result>>();
        for (int i = 0; i < 12; i++) {
            String number = String.valueOf(i);
            all.add(CompletableFuture.supplyAsync(
                    () -> lxc.call("exec", "c1", "--", "sh", "-c", "echo " + number + "; exit " + number),
                    Thread::startVirtualThread));
        }
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i + "\n", all.get(i).join().exits(i).out());
        }
    }

    @Test
    void exec_recordedOutput() {
        var operation = host.api().operation("POST", "/1.0/instances/c1/exec", """
                        {"command": ["sh", "-c", "echo out; echo err >&2; exit 4"], "record-output": true}""");
        assertEquals(4, operation.object("metadata").number("return"));
        var output = operation.object("metadata").object("output");
        assertEquals("out\n", host.api().get(output.text("1")).text());
        assertEquals("err\n", host.api().get(output.text("2")).text());
    }

    @Test
    void exec_clientThatVanishes() throws Exception {
        Process client = lxc.program("exec", "c1", "--", "sh", "-c", "echo up; exec sleep 4321")
                .start();
        assertEquals("up", client.inputReader().readLine());
        client.destroyForcibly().waitFor();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (lxc.run("exec", "c1", "--", "ps").contains("sleep 4321")) {
            assertTrue(System.nanoTime() < end, "the command outlives its client");
            Thread.sleep(100);
        }
    }

    @Test
    void exec_inStoppedContainer() {
        lxc.run("stop", "--force", "c1");
        lxc.call("exec", "c1", "--", "true").exits(1).failsWith("Error: Instance is not running");
    }

    /// What PID 1, the file systems and the identity look like from inside.
    @Test
    void exec_seesTheContainerOnly() {
        assertEquals("c1", lxc.run("exec", "c1", "--", "hostname"));
        assertEquals("0", lxc.run("exec", "c1", "--", "id", "-u"));
        assertTrue(Long.parseLong(lxc.run("exec", "c1", "--", "sh", "-c", "ls -d /proc/[0-9]* | wc -l")
                        .strip())
                < 15);
        var map = List.of(
                lxc.run("exec", "c1", "--", "cat", "/proc/self/uid_map").strip().split("\\s+"));
        assertEquals("0", map.get(0));
        assertTrue(Long.parseLong(map.get(1)) > 0, "container root is no host root: " + map);
    }
}
