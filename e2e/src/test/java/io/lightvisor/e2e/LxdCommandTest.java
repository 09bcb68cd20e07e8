package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The command `lxd` itself: set-up, refusals, shutdown.
@OnLightvisor
final class LxdCommandTest {
    private final LightvisorHost host;

    LxdCommandTest(LightvisorHost host) {
        this.host = host;
    }

    @Test
    void init_auto() throws IOException {
        OwnDaemon.folder(
                host,
                lxdDir -> OwnDaemon.on(host, lxdDir, own -> {
                    own.daemon()
                            .lxd("init", "--auto", "--storage-backend", "dir")
                            .run()
                            .ok();
                    assertTrue(
                            own.lxc().run("storage", "list", "--format", "csv").startsWith("default,dir,"));
                    String network = own.lxc().run("profile", "device", "get", "default", "eth0", "network");
                    try {
                        String address = own.lxc().run("network", "get", network, "ipv4.address");
                        assertTrue(address.matches("\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+"), address);
                        assertTrue(own.daemon()
                                .lxd("init", "--dump")
                                .run()
                                .ok()
                                .out()
                                .contains("name: " + network));
                    } finally {
                        own.lxc().run("profile", "device", "remove", "default", "eth0");
                        own.lxc().run("network", "delete", network);
                    }
                }));
    }

    @Test
    void init_preseedTwice() {
        String preseed = host.daemon().lxd("init", "--dump").run().ok().out();
        host.daemon().lxd("init", "--preseed").run(preseed.getBytes()).ok();
        assertEquals(preseed, host.daemon().lxd("init", "--dump").run().ok().out());
    }

    @Test
    void init_preseedWithUnknownField() {
        var result = host.daemon().lxd("init", "--preseed").run("nosuch: {}\n".getBytes());
        assertNotEquals(0, result.exit());
    }

    @Test
    void daemon_onFolderOfAnother() throws IOException {
        OwnDaemon.folder(host, lxdDir -> {
            Path theirs = lxdDir.resolve("database/global/db.bin");
            try {
                Files.createDirectories(theirs.getParent());
                Files.writeString(theirs, "theirs");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            var result = Daemon.lxd(host.prefix(), lxdDir)
                    .within(Duration.ofSeconds(20))
                    .run();
            assertNotEquals(0, result.exit());
            assertTrue(result.err().contains(lxdDir.toString()), result.err());
            try {
                assertEquals("theirs", Files.readString(theirs));
                try (var files = Files.list(lxdDir)) {
                    assertEquals(List.of(lxdDir.resolve("database")), files.toList(), "nothing else was made");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void waitready_withoutDaemon() throws IOException {
        OwnDaemon.folder(host, lxdDir -> {
            var result = Daemon.lxd(host.prefix(), lxdDir, "waitready", "--timeout=1")
                    .run();
            assertNotEquals(0, result.exit());
        });
    }

    @Test
    void client_withoutDaemon() throws IOException {
        OwnDaemon.folder(host, lxdDir -> {
            var lxc = new Lxc(host.prefix().resolve("bin/lxc"), lxdDir, lxdDir);
            var result = lxc.call("list").exits(1);
            assertTrue(result.err().contains(lxdDir.toString()), "names the socket: " + result.err());
        });
    }

    @Test
    void shutdown_stopsInstances() throws IOException {
        OwnDaemon.folder(
                host,
                lxdDir -> OwnDaemon.on(host, lxdDir, own -> {
                    own.lxc().run("storage", "create", "default", "dir");
                    own.lxc().run("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default");
                    own.lxc().run("image", "copy", "busybox:", "local:", "--alias", "busybox");
                    own.lxc().run("launch", "busybox", "c1");
                    long init =
                            own.api().get("/1.0/instances/c1/state").metadata().number("pid");
                    own.daemon().lxd("shutdown").run().ok();
                    own.daemon().awaitEnd();
                    assertTrue(ProcessHandle.of(init).isEmpty(), "the instance was stopped");
                    own.daemon().startAgain();
                    own.lxc().run("delete", "--force", "c1");
                }));
    }

    @Test
    void version_ofBothCommands() {
        assertEquals("5.0.2", host.daemon().lxd("version").run().ok().out().strip());
        assertTrue(host.ours().run("version").contains("Server version"));
    }
}
