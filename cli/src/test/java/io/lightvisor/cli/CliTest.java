package io.lightvisor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.spec.Flag;
import io.lightvisor.cli.spec.Spec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs whole command lines, in a process of their own, against the training server.
final class CliTest {
    @TempDir
    Path folder;

    private record Result(int code, String out, String err) {}

    private Result lxc(String input, String... words) throws Exception {
        Path socket = folder.resolve("unix.socket");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.lightvisor.cli.Main"));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LXD_SOCKET", socket.toString());
        builder.environment().put("LXD_CONF", folder.resolve("conf").toString());
        builder.environment().put("TZ", "UTC");
        try (TrainingServer _ = TrainingServer.listen(socket)) {
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    process.getErrorStream().transferTo(err);
                } catch (java.io.IOException ended) {
                    // Then that was all.
                }
            });
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            reader.join();
            return new Result(process.waitFor(), out, err.toString(StandardCharsets.UTF_8));
        } finally {
            java.nio.file.Files.deleteIfExists(socket);
        }
    }

    @Test
    void list_csv() throws Exception {
        assertEquals(new Result(0, "c1,RUNNING,10.0.0.2 (eth0)\n", ""), lxc("", "list", "-f", "csv", "-c", "ns4"));
    }

    @Test
    void exec_moves_itsStreams() throws Exception {
        assertEquals(new Result(0, ".", "."), lxc("some input", "exec", "c1", "--", "true"));
    }

    @Test
    void launch_saysWhatItDoes() throws Exception {
        assertEquals(new Result(0, "Creating c1\nStarting c1\n", ""), lxc("", "launch", "img", "c1"));
    }

    @Test
    void run_anUnknownCommand_fails() throws Exception {
        assertEquals(new Result(1, "", "Error: unknown command \"foo\" for \"lxc\"\n"), lxc("", "foo"));
        assertEquals(
                new Result(1, "", "Error: unknown command \"foo\" for \"lxc profile\"\n"), lxc("", "profile", "foo"));
        assertEquals(new Result(1, "", "Error: The remote \"nix\" doesn't exist\n"), lxc("", "list", "nix:"));
    }

    @Test
    void alias_isReplaced() throws Exception {
        assertEquals(0, lxc("", "alias", "add", "names", "list -f csv -c n").code());
        assertEquals(new Result(0, "c1\n", ""), lxc("", "names"));
    }

    @Test
    void complete_offersCommandsAndNames() throws Exception {
        assertEquals("device\n", lxc("", "__complete", "config", "dev").out());
        assertEquals("start\nstop\nstorage\n", lxc("", "__complete", "st").out());
        assertEquals(
                "--format\n--fast\n--force-local\n",
                lxc("", "__complete", "list", "--f").out());
    }

    @Test
    void words_asAShellTakesThemApart() throws Exception {
        assertEquals(List.of("a b", "c\"d", "", "e f"), Aliases.words("'a b'  \"c\\\"d\" '' e\\ f"));
    }

    @Test
    void specs_declareNothingTwice() {
        for (Spec spec : CommandTable.specs()) {
            Command command = CommandTable.find(spec.name());
            assertNotNull(command, spec.name());
            check(spec);
        }
    }

    private static void check(Spec spec) {
        HashSet<String> seen = new HashSet<>();
        for (Flag flag : spec.flags()) {
            assertTrue(seen.add("--" + flag.name()), spec.path() + " --" + flag.name());
            if (flag.letter() != Flag.NO_LETTER) {
                assertTrue(seen.add("-" + flag.letter()), spec.path() + " -" + flag.letter());
            }
        }
        for (Spec child : spec.children()) {
            assertTrue(seen.add(child.name()), child.path());
            for (String other : child.otherNames()) {
                assertTrue(seen.add(other), child.path() + " " + other);
            }
            check(child);
        }
    }
}
