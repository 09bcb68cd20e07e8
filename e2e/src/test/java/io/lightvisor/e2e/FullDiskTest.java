package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a full disk does: the request that met it fails and says so, nothing half-made stays, and once there is
/// space all goes on, without a new start of the daemon.
@OnLightvisor
final class FullDiskTest {
    private final LightvisorHost host;

    FullDiskTest(LightvisorHost host) {
        this.host = host;
    }

    @Test
    void import_createAndCommit() throws IOException {
        OwnDaemon.onSmallDisk(host, "32m", own -> {
            var lxc = own.lxc();
            lxc.run("storage", "create", "default", "dir");
            lxc.run("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default");
            Path image = image();
            lxc.run("image", "import", image.toString(), "--alias", "small");
            lxc.run("init", "small", "before");

            Path filler = own.lxdDir().resolve("filler");
            fill(filler);
            lxc.call("init", "small", "c1").failsWith("Error:");
            assertEquals("before", lxc.run("list", "--format", "csv", "--columns", "n"));
            lxc.call("image", "import", image("other").toString()).failsWith("Error:");
            assertEquals("small", lxc.run("image", "list", "--format", "csv", "--columns", "l"));
            int made = 0;
            while (made < 100 && profile(own.api(), "p" + made) == 201) {
                made++;
            }
            assertTrue(made < 100, "commits fail on a full disk");
            assertEquals(
                    made + 1,
                    own.api().get("/1.0/profiles").json().texts("metadata").size(),
                    "what failed is not there");

            empty(filler);
            lxc.run("profile", "create", "after");
            lxc.run("init", "small", "c1");
            lxc.run("start", "c1");
            lxc.run("delete", "--force", "c1", "before");
            own.daemon().kill();
            own.daemon().startAgain();
            assertTrue(lxc.run("profile", "list", "--format", "csv").contains("after"));
            assertEquals("", lxc.run("list", "--format", "csv", "--columns", "n"));
        });
    }

    /// Creates a profile of 100 kB and returns the status code.
    private static int profile(Api api, String name) {
        return api.send(
                        "POST",
                        "/1.0/profiles",
                        "{\"name\": \"" + name + "\", \"config\": {\"user.a\": \"" + "x".repeat(100_000) + "\"}}")
                .status();
    }

    /// Takes all the space there is.
    private static void fill(Path file) {
        Program.of("dd", "if=/dev/zero", "of=" + file, "bs=4096").run();
    }

    private static void empty(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path image() {
        return image("small");
    }

    private Path image(String marker) {
        try {
            return TestImage.unified(Files.createTempDirectory(host.scratch(), "full"), marker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
