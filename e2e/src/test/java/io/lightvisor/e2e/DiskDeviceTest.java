package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Disks whose source is a path of the host: given at the start and while the container runs, changed, taken away,
/// coming late, going early.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class DiskDeviceTest {
    private final LightvisorHost host;
    private final Lxc lxc;
    private Path data = Path.of("/");

    DiskDeviceTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @BeforeEach
    void makeData() throws IOException {
        data = Files.createTempDirectory(host.scratch(), "disk");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(data.resolve("file"), "from the host\n");
    }

    @AfterEach
    void removeData() {
        Program.of("rm", "-rf", data.toString()).run().ok();
    }

    @Test
    void disk_addedChangedAndRemovedWhileRunning() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + data, "path=/mnt/deep/er");
        assertEquals("from the host", inside("cat /mnt/deep/er/file"));
        lxc.run("config", "device", "set", "c1", "d1", "readonly=true");
        assertTrue(inside("grep ' /mnt/deep/er ' /proc/mounts").contains(" ro,"));
        lxc.run("config", "device", "set", "c1", "d1", "path=/mnt/other");
        assertEquals("", inside("grep ' /mnt/deep/er ' /proc/mounts || true"));
        assertEquals("from the host", inside("cat /mnt/other/file"));
        lxc.run("restart", "--force", "c1");
        assertEquals("from the host", inside("cat /mnt/other/file"));
        lxc.run("config", "device", "remove", "c1", "d1");
        assertEquals("", inside("ls /mnt/other"));
    }

    @Test
    void disk_shiftShowsTheContainersIds() throws IOException {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + data, "path=/mnt/d", "shift=true");
        lxc.run("start", "c1");
        assertEquals("0", inside("touch /mnt/d/new; stat -c %u /mnt/d/file"));
        assertEquals(0, Files.getAttribute(data.resolve("new"), "unix:uid"));
        lxc.run("config", "device", "set", "c1", "d1", "shift=false");
        assertEquals("65534", inside("stat -c %u /mnt/d/file"));
    }

    @Test
    void disk_fileAndMountOptions() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + data.resolve("file"), "path=/etc/one");
        assertEquals("from the host", inside("cat /etc/one"));
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "d2",
                "disk",
                "source=" + data,
                "path=/mnt/d",
                "raw.mount.options=nosuid,noexec,nodev");
        assertTrue(inside("grep ' /mnt/d ' /proc/mounts").contains("nosuid,nodev,noexec"));
    }

    @Test
    void disk_fromAProfileMaskedByNone() {
        lxc.run("profile", "create", "p1");
        lxc.run("profile", "device", "add", "p1", "d1", "disk", "source=" + data, "path=/mnt/d");
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-p", "default", "-p", "p1");
        assertEquals("from the host", inside("cat /mnt/d/file"));
        lxc.run("config", "device", "add", "c1", "d1", "none");
        assertEquals("", inside("ls /mnt/d"));
        lxc.run("config", "device", "remove", "c1", "d1");
        assertEquals("from the host", inside("cat /mnt/d/file"));
        lxc.run("profile", "device", "set", "p1", "d1", "path=/mnt/e");
        assertEquals("from the host", inside("cat /mnt/e/file"));
        lxc.run("profile", "device", "remove", "p1", "d1");
        assertEquals("", inside("ls /mnt/e"));
    }

    @Test
    void disk_optionalComesAndGoes() throws IOException {
        Path late = data.resolve("late/deep");
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + late, "path=/mnt/late", "required=false");
        Files.createDirectories(late);
        await(() -> mounted("/mnt/late"));
        Files.delete(late);
        await(() -> !mounted("/mnt/late"));
        host.daemon().kill();
        Files.createDirectories(late);
        host.daemon().startAgain();
        await(() -> mounted("/mnt/late"));
        lxc.run("config", "device", "remove", "c1", "d1");
        assertFalse(mounted("/mnt/late"));
    }

    @Test
    void disk_foundAgainAfterAKill() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + data, "path=/mnt/d");
        host.daemon().kill();
        host.daemon().startAgain();
        lxc.run("config", "device", "remove", "c1", "d1");
        assertFalse(mounted("/mnt/d"));
    }

    @Test
    void disk_sourceMissing() throws IOException {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        Path gone = data.resolve("gone");
        lxc.call("config", "device", "add", "c1", "d1", "disk", "source=" + gone, "path=/mnt/d")
                .failsWith("Failed add validation for device \"d1\": Missing source path \"" + gone
                        + "\" for disk \"d1\"");
        assertEquals("", lxc.run("config", "device", "list", "c1"));
        Files.createDirectory(gone);
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + gone, "path=/mnt/d");
        Files.delete(gone);
        lxc.run("stop", "--force", "c1");
        lxc.call("start", "c1")
                .failsWith("Failed start validation for device \"d1\": Missing source path \"" + gone
                        + "\" for disk \"d1\"");
    }

    @Test
    void disk_twoAtOnePath() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + data, "path=/mnt/d");
        for (String path : new String[] {"/mnt/d", "mnt/d", "/mnt/d/", "/mnt/x/../d"}) {
            lxc.call("config", "device", "add", "c1", "d2", "disk", "source=/etc", "path=" + path)
                    .failsWith("More than one disk device uses the same path");
        }
    }

    /// Whatever the guest has put in the way of the target, nothing of the host changes.
    @Test
    void disk_targetThroughTheGuestsLinks() throws IOException {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        Path canary = Files.createDirectory(data.resolve("canary"));
        inside("ln -s " + canary + " /trap; ln -s /proc/1/root" + canary
                + " /trap2; mkfifo /fifo; ln -s /trap3 /trap3");
        int n = 0;
        for (String path : new String[] {"/trap/made", "/trap2/made", "/fifo", "/fifo/x", "/trap3", "/trap3/x"}) {
            lxc.call("config", "device", "add", "c1", "t" + n++, "disk", "source=/etc", "path=" + path);
        }
        try (var entries = Files.list(canary)) {
            assertEquals(0, entries.count());
        }
        assertEquals("RUNNING", host.state("c1"));
        lxc.run("exec", "c1", "--", "true");
    }

    @Test
    void disk_addedWhileTheContainerStops() throws Exception {
        for (int round = 0; round < 4; round++) {
            lxc.run("launch", LightvisorHost.BUSYBOX, "c" + round);
            var stop = lxc.program("stop", "--force", "c" + round).start();
            Thread.sleep(10L * round);
            lxc.call("config", "device", "add", "c" + round, "d1", "disk", "source=" + data, "path=/mnt/d");
            stop.waitFor();
            assertEquals("STOPPED", host.state("c" + round));
            lxc.run("start", "c" + round);
            lxc.run("delete", "--force", "c" + round);
        }
    }

    @Test
    void disk_rootSizeThatCannotBeHeld() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.call("config", "device", "override", "c1", "root", "size=1GiB").failsWith("has no quotas");
        assertEquals("", lxc.run("config", "device", "list", "c1"));
    }

    @Test
    void disk_limits() throws IOException {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "override", "c1", "root", "limits.read=20MB", "limits.write=100iops");
        assertTrue(throttles().contains("20000000"), throttles());
        assertTrue(throttles().contains("100"), throttles());
        lxc.run("config", "device", "set", "c1", "root", "limits.max=30MB");
        assertTrue(throttles().contains("30000000"), throttles());
        lxc.run("config", "device", "remove", "c1", "root");
        assertFalse(throttles().contains("0000000"), throttles());
        lxc.call("config", "device", "add", "c1", "d1", "disk", "source=/proc", "path=/mnt/p", "limits.read=1MB")
                .failsWith("Failed to start device \"d1\": Invalid block device \"proc\"");
    }

    @Test
    void disk_blockDeviceIsMounted() {
        String image = data.resolve("image").toString();
        Program.of("truncate", "-s", "8M", image).run().ok();
        Program.of("mkfs.ext4", "-q", "-E", "root_owner=0:0", image).run().ok();
        var made = Program.of("losetup", "--find", "--show", image).run();
        org.junit.jupiter.api.Assumptions.assumeTrue(made.exit() == 0, "no loop device: " + made.err());
        String loop = made.out().strip();
        try {
            lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
            lxc.run("config", "device", "add", "c1", "d1", "disk", "source=" + loop, "path=/mnt/b", "shift=true");
            assertTrue(inside("touch /mnt/b/new; grep ' /mnt/b ' /proc/mounts").contains(" ext4 "));
            lxc.run("config", "device", "remove", "c1", "d1");
            assertFalse(mounted("/mnt/b"));
            lxc.run("delete", "--force", "c1");
        } finally {
            Program.of("losetup", "--detach", loop).run();
        }
    }

    // ----

    private String inside(String script) {
        return lxc.run("exec", "c1", "--", "sh", "-c", script);
    }

    private boolean mounted(String path) {
        return !inside("grep ' " + path + " ' /proc/mounts || true").isEmpty();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within 10 s");
            LightvisorHost.pause();
        }
    }

    /// All limits of disks of the container's cgroup, on version 1 or 2.
    private String throttles() {
        long pid = host.api().get("/1.0/instances/c1/state").metadata().number("pid");
        return Program.of(
                        "sh",
                        "-c",
                        "p=/proc/" + pid
                                + "/cgroup; m=$(sed -n 's/^[0-9]*:blkio://p' $p); u=$(sed -n 's/^0:://p' $p); "
                                + "cat /sys/fs/cgroup/blkio$m/blkio.throttle.*_device 2>/dev/null || cat /sys/fs/cgroup$u/io.max")
                .run()
                .ok()
                .out()
                .strip();
    }
}
