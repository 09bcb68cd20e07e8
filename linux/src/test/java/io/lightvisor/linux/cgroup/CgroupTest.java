package io.lightvisor.linux.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.CpuList;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.Child;
import io.lightvisor.linux.process.ExitStatus;
import io.lightvisor.linux.process.ProcStat;
import io.lightvisor.linux.process.Processes;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.linux.socket.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real groups of this host, in whatever layout it has.
@Timeout(30)
final class CgroupTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(10);

    private CgroupTree tree;
    private Cgroup cgroup;

    @BeforeEach
    void create() {
        Host.needsRoot();
        Assumptions.assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "needs a writable /sys/fs/cgroup");
        tree = CgroupTree.detect();
        cgroup = tree.create("lightvisor-test-" + Processes.self() + "-" + COUNT.incrementAndGet());
    }

    @AfterEach
    void remove() throws Exception {
        if (cgroup != null) {
            cgroup.kill();
            assertTrue(cgroup.awaitEmpty(LONG));
            cgroup.remove();
            assertFalse(cgroup.exists());
        }
    }

    private static Child shell(String script) {
        return Spawn.program("/bin/sh", "-c", script).start();
    }

    /// A shell that begins its script when it is in the group. A process joins one hierarchy after the other, and what
    /// it forked in between would be in some only: no kill of the group would find that everywhere.
    private static Child shellIn(Cgroup group, String script) {
        try (var gate = Pipe.create()) {
            var child = Spawn.program("/bin/sh", "-c", "read go; " + script)
                    .descriptor(0, gate.read())
                    .start();
            group.attach(child.pid());
            gate.write().writeAll(new byte[] {'\n'});
            return child;
        }
    }

    @Test
    void create_twice() {
        assertTrue(cgroup.exists());
        assertTrue(assertThrows(SyscallException.class, () -> tree.create(cgroup.path()))
                .is(Errno.EEXIST));
        assertThrows(IllegalArgumentException.class, () -> tree.create("a/../b"));
    }

    @Test
    void attach_thenKill_withForks() throws Exception {
        try (var child = shellIn(cgroup, "while true; do sleep 100 & sleep 0.001; done")) {
            for (var hierarchy : tree.hierarchies()) {
                assertEquals(Optional.of("/" + cgroup.path()), tree.pathOf(child.pid(), hierarchy));
            }
            assertTrue(cgroup.isPopulated());
            assertTrue(cgroup.pids().contains(child.pid()));
            assertFalse(cgroup.awaitEmpty(Duration.ofMillis(5)));
            cgroup.kill();
            assertEquals(new ExitStatus.Killed(9, false), child.waitFor());
            assertTrue(cgroup.awaitEmpty(LONG));
            assertFalse(cgroup.isPopulated());
        }
    }

    @Test
    void freeze_thenThaw() throws Exception {
        try (var child = shell("while :; do :; done")) {
            cgroup.attach(child.pid());
            assertTrue(cgroup.freeze(LONG));
            assertTrue(cgroup.isFrozen());
            var stat = ProcStat.find(child.pid()).orElseThrow();
            assertEquals('S', Character.toUpperCase(stat.state()) == 'D' ? 'S' : stat.state());
            cgroup.thaw();
            assertFalse(cgroup.isFrozen());
            cgroup.freeze(LONG);
            cgroup.kill();
            assertEquals(new ExitStatus.Killed(9, false), child.waitFor());
        }
    }

    @Test
    void remove_withWhatAGuestLeft() throws Exception {
        var inner = cgroup.createChild("init.scope");
        inner.createChild("deeper");
        try (var child = shell("exec sleep 100")) {
            inner.attach(child.pid());
            cgroup.attach(child.pid());
            assertEquals(List.of(child.pid()), cgroup.pids());
            cgroup.kill();
            child.waitFor();
        }
        assertTrue(cgroup.awaitEmpty(LONG));
        cgroup.remove();
        assertFalse(cgroup.exists());
        assertTrue(cgroup.awaitEmpty(LONG));
        cgroup.remove();
    }

    @Test
    void versionOneAlone_freezesAndKills() throws Exception {
        var mounts = io.lightvisor.linux.mount.MountInfo.ofSelf().stream()
                .filter(mount -> mount.type().equals("cgroup"))
                .toList();
        Assumptions.assumeTrue(
                mounts.stream().anyMatch(mount -> mount.superOptions().contains("freezer")),
                "needs the freezer controller of version 1");
        var old = CgroupTree.of(mounts);
        assertEquals(CgroupTree.Layout.V1, old.layout());
        var group = old.create(cgroup.path() + "-v1");
        try (var child = shellIn(group, "while true; do sleep 100 & sleep 0.001; done")) {
            assertTrue(group.openUnified().isEmpty());
            assertTrue(group.freeze(LONG));
            assertTrue(group.isFrozen());
            group.thaw();
            assertFalse(group.isFrozen());
            assertTrue(group.isPopulated());
            assertFalse(group.awaitEmpty(Duration.ofMillis(5)));
            group.kill();
            assertEquals(new ExitStatus.Killed(9, false), child.waitFor());
            assertTrue(group.awaitEmpty(LONG));
        } finally {
            group.kill();
            group.remove();
        }
        assertFalse(group.exists());
    }

    @Test
    void delegate_ownsOnlyWhatTheKernelSays() throws Exception {
        cgroup.delegate(100000, 100000);
        for (var hierarchy : tree.hierarchies()) {
            var directory = cgroup.directory(hierarchy);
            assertEquals(100000, Files.getAttribute(directory, "unix:uid"));
            assertEquals(100000, Files.getAttribute(directory.resolve("cgroup.procs"), "unix:uid"));
        }
        if (tree.find("pids").isPresent()) {
            assertEquals(
                    0,
                    Files.getAttribute(cgroup.directory(tree.find("pids").get()).resolve("pids.max"), "unix:uid"));
        }
    }

    @Test
    void limits_processes() throws Exception {
        Assumptions.assumeTrue(tree.has("pids"), "needs the pids controller");
        assertTrue(cgroup.limits().setProcesses(OptionalLong.of(2)));
        try (var child = shellIn(cgroup, "sleep 100 & sleep 100 & sleep 100 & wait")) {
            assertTrue(child.pid() > 0);
            assertTrue(cgroup.usage().processes().getAsLong() <= 2);
        }
        assertTrue(cgroup.limits().setProcesses(OptionalLong.empty()));
    }

    @Test
    void limits_memory_killsWhoTakesTooMuch() throws Exception {
        Assumptions.assumeTrue(tree.has("memory"), "needs the memory controller");
        var limit = OptionalLong.of(16 << 20);
        var none = OptionalLong.empty();
        assertTrue(
                cgroup.limits().setMemory(new MemoryLimit(limit, OptionalLong.of(8 << 20), none, OptionalLong.of(0))));
        assertEquals(limit, cgroup.usage().memoryLimit());
        try (var child = shell("read x < /proc/self/stat; sleep 0.2; head -c 300M /dev/zero | tail -c 200M")) {
            cgroup.attach(child.pid());
            assertEquals(137, child.waitFor().shellCode());
        }
        var usage = cgroup.usage();
        assertEquals(1, usage.oomKills().getAsLong());
        assertTrue(usage.memoryPeak().getAsLong() > 8 << 20);
        assertTrue(usage.cpuNanos().getAsLong() > 0);
        assertTrue(cgroup.limits().setMemory(new MemoryLimit(OptionalLong.of(64 << 20), none, none, none)));
        assertTrue(cgroup.limits().setMemory(MemoryLimit.none()));
        assertEquals(none, cgroup.usage().memoryLimit());
    }

    @Test
    void limits_cpu() {
        Assumptions.assumeTrue(tree.has("cpu"), "needs the cpu controller");
        assertTrue(cgroup.limits().setCpuQuota(Optional.of(new CpuQuota(25_000, 100_000))));
        assertTrue(cgroup.limits().setCpuQuota(Optional.empty()));
        assertTrue(cgroup.limits().setCpuShares(512));
    }

    @Test
    void limits_cpus_followedByGroupsBelow() {
        Assumptions.assumeTrue(tree.has("cpuset"), "needs the cpuset controller");
        var all = cgroup.limits().cpus().orElseThrow();
        Assumptions.assumeTrue(all.contains(0) && all.contains(1), "needs two CPUs");
        var inner = cgroup.createChild("inner");
        var chosen = cgroup.createChild("chosen");
        var zero = CpuList.parse("0").orElseThrow();
        var one = CpuList.parse("1").orElseThrow();
        assertTrue(chosen.limits().setCpus(one));
        assertTrue(cgroup.limits().setCpus(one));
        assertEquals(one, inner.limits().cpus().orElseThrow());
        assertTrue(cgroup.limits().setCpus(zero));
        assertEquals(zero, inner.limits().cpus().orElseThrow());
        assertTrue(cgroup.limits().setCpus(all));
        assertEquals(all, inner.limits().cpus().orElseThrow());
    }

    @Test
    void limits_blockAndHugePages() {
        // Present or not, they must not fail on a host without them.
        cgroup.limits().setBlockWeight(500);
        cgroup.limits().setHugePages("2MB", OptionalLong.of(4 << 20));
        cgroup.limits().setHugePages("2MB", OptionalLong.empty());
        cgroup.limits().setSwappiness(40);
    }

    private static final List<DeviceRule> RULES =
            List.of(DeviceRule.allow("c *:* m"), DeviceRule.allow("c 1:3 rwm"), DeviceRule.allow("c 1:5 r"));

    private void devicesInEffect() throws Exception {
        try (var child = shell("""
                sleep 0.2
                echo x > /dev/null || exit 1
                head -c 1 /dev/zero > /dev/null || exit 2
                (echo x > /dev/zero) 2> /dev/null && exit 3
                head -c 1 /dev/urandom > /dev/null 2>&1 && exit 4
                exit 0""")) {
            cgroup.attach(child.pid());
            assertEquals(new ExitStatus.Exited(0), child.waitFor());
        }
    }

    @Test
    void devices_byTheHostsWay() throws Exception {
        assertTrue(cgroup.limits().setDevices(RULES));
        devicesInEffect();
    }

    @Test
    void devices_byProgram() throws Exception {
        Assumptions.assumeTrue(tree.unified().isPresent(), "needs cgroup2");
        var directory = cgroup.directory(tree.unified().get());
        DeviceProgram.attach(directory, List.of());
        DeviceProgram.attach(
                directory, List.of(DeviceRule.ALLOW_ALL, DeviceRule.deny("c 1:5 w"), DeviceRule.deny("c 1:9 r")));
        devicesInEffect();
        DeviceProgram.attach(directory, RULES);
        devicesInEffect();
        DeviceProgram.attach(directory, List.of(DeviceRule.ALLOW_ALL));
        try (var child = shell("sleep 0.2; echo x > /dev/zero")) {
            cgroup.attach(child.pid());
            assertEquals(new ExitStatus.Exited(0), child.waitFor());
        }
    }

    @Test
    void parse_deviceRules() {
        assertEquals("c 1:3 rwm", DeviceRule.allow("c 1:3 rwm").toString());
        assertEquals("b *:* m", DeviceRule.deny("b *:* m").toString());
        assertEquals(DeviceRule.ALLOW_ALL, DeviceRule.allow("a"));
        for (var bad : List.of("", "x 1:3 r", "c 1 r", "c 1:x r", "c 1:3 q", "c 1:3 ", "c :3 r", "c 1:3 r x")) {
            assertThrows(IllegalArgumentException.class, () -> DeviceRule.allow(bad), bad);
        }
    }
}
