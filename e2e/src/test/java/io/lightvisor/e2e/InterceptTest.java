package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `security.syscalls.intercept.*`: system calls that the daemon answers for a container.
@OnLightvisor
final class InterceptTest {
    private static final String INTERCEPT = "security.syscalls.intercept.";
    private final LightvisorHost host;

    InterceptTest(LightvisorHost host) {
        this.host = host;
    }

    private String sh(String script) {
        return host.ours().run("exec", "i1", "--", "sh", "-c", script);
    }

    @Test
    void mknod_harmlessDevicesWork_othersDoNot() {
        host.ours().run("launch", LightvisorHost.BUSYBOX, "i1", "-c", INTERCEPT + "mknod=true");
        assertEquals("3", sh("mkdir -p /root/d; cd /root/d; mknod zero c 1 5; head -c 3 zero | wc -c"));
        assertEquals("1, 3", sh("cd /root/d; umask 0; mknod -m 666 null c 1 3; stat -c '%t, %T' null"));
        assertEquals("0", sh("echo x > /root/d/null; wc -c < /root/d/null"));
        assertTrue(sh("mknod /root/d/null c 1 3 2>&1; true").contains("File exists"));
        assertTrue(sh("mknod /root/d/sda b 8 0 2>&1; true").contains("not permitted"));
        assertTrue(sh("mknod /root/d/mem c 1 1 2>&1; true").contains("not permitted"));
        // Paths are walked below the caller's own root.
        assertEquals(
                "5",
                sh("mkdir -p /root/r/bin /root/r/dev; cp /bin/busybox /root/r/bin/; "
                        + "chroot /root/r /bin/busybox mknod /dev/zero c 1 5; head -c 5 /root/r/dev/zero | wc -c"));
        host.ours().run("restart", "-f", "i1");
        assertEquals("RUNNING", host.state("i1"));
    }

    @Test
    void withoutTheKey_nothingIsAnswered() {
        host.launch("i1");
        assertTrue(sh("mknod /root/null c 1 3 2>&1; true").contains("not permitted"));
    }

    @Test
    void sysinfo_tellsTheContainersMemory() throws Exception {
        host.ours()
                .run(
                        "launch",
                        LightvisorHost.BUSYBOX,
                        "i1",
                        "-c",
                        INTERCEPT + "sysinfo=true",
                        "-c",
                        "limits.memory=96MiB");
        assertTrue(sh("uptime").contains("up 0 min"), sh("uptime"));
    }

    @Test
    void afterTheDaemonIsKilled_callsAreAnsweredAgain() {
        // A process of init's own, which makes its call while no daemon is there.
        String late =
                "(sleep 2; mkdir /root/d; mknod /root/d/null c 1 3 && echo made > /root/d/done) & exec /sbin/init";
        host.ours()
                .run(
                        "launch",
                        LightvisorHost.BUSYBOX,
                        "i1",
                        "-c",
                        INTERCEPT + "mknod=true",
                        "-c",
                        "raw.lxc=lxc.init.cmd = /bin/sh -c '" + late + "'");
        host.daemon().kill();
        for (int i = 0; i < 50; i++) {
            LightvisorHost.pause();
        }
        host.daemon().startAgain();
        assertEquals(
                "made", sh("for i in $(seq 100); do [ -e /root/d/done ] && break; sleep 0.1; done; cat /root/d/done"));
        assertEquals("3", sh("mknod /root/d/zero c 1 5; head -c 3 /root/d/zero | wc -c"));
    }

    @Test
    void mount_byAProgramInside() {
        host.ours()
                .run(
                        "launch",
                        LightvisorHost.BUSYBOX,
                        "i1",
                        "-c",
                        INTERCEPT + "mount=true",
                        "-c",
                        INTERCEPT + "mount.fuse=ext4=/root/fake");
        sh(
                "echo '#!/bin/sh' > /root/fake; echo 'echo $@ > /root/out' >> /root/fake; chmod +x /root/fake; mkfifo /tmp/x");
        assertEquals("/tmp/x /mnt -o ro,foo", sh("mount -t ext4 -o ro,foo /tmp/x /mnt && cat /root/out"));
    }

    @Test
    void mount_ofAGivenDevice() throws Exception {
        Path image = host.scratch().resolve("disk.img");
        Program.of("truncate", "-s", "16M", image.toString()).run().ok();
        Program.of("mkfs.ext4", "-q", "-F", image.toString()).run().ok();
        String loop = Program.of("losetup", "-f", "--show", image.toString())
                .run()
                .ok()
                .out()
                .strip();
        try {
            host.ours()
                    .run(
                            "init",
                            LightvisorHost.BUSYBOX,
                            "i1",
                            "-c",
                            INTERCEPT + "mount=true",
                            "-c",
                            INTERCEPT + "mount.shift=true");
            host.ours().run("config", "device", "add", "i1", "disk", "unix-block", "source=" + loop, "path=/dev/disk0");
            host.ours().run("start", "i1");
            assertTrue(sh("mount -t ext4 /dev/disk0 /mnt 2>&1; true").contains("denied"));
            // Takes effect at once.
            host.ours().run("config", "set", "i1", INTERCEPT + "mount.allowed=ext4");
            assertEquals(
                    "/dev/disk0 /mnt ext4",
                    sh("mount -t ext4 /dev/disk0 /mnt; grep ' /mnt ' /proc/mounts | cut -d' ' -f1-3"));
            assertEquals("0", sh("touch /mnt/f; stat -c %u /mnt/f"));
            assertEquals("ok", sh("umount /mnt && echo ok"));
            assertEquals("ok", sh("mount -t tmpfs none /mnt && umount /mnt && echo ok"), "what it may do itself");
            assertTrue(sh("ln -s /dev/null /root/disk; mount -t ext4 /root/disk /mnt 2>&1; true")
                            .contains("denied")
                    || sh("mount -t ext4 /root/disk /mnt 2>&1; true").contains("not permitted"));
            host.ours().run("stop", "-f", "i1");
        } finally {
            host.ours().call("delete", "-f", "i1");
            Program.of("losetup", "-d", loop).run();
            Files.deleteIfExists(image);
        }
    }
}
