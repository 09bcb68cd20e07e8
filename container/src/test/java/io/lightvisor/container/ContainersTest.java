package io.lightvisor.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightvisor.linux.CpuList;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.CgroupTree;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.Processes;
import io.lightvisor.linux.process.Signal;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real containers: needs root, a kernel with cgroups and /bin/busybox (static). Leaves nothing.
@Timeout(120)
final class ContainersTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("lightvisor.launcher", "target/native/lightvisor-monitor"));
    private static final Idmap MAP = Idmap.of(100_000, 65_536);

    @TempDir
    static Path shared;

    private static Path root;

    @TempDir
    Path folder;

    private record Exited(long id, ExitCause cause) {}

    private final LinkedBlockingQueue<Exited> exits = new LinkedBlockingQueue<>();
    private final String tag = "test" + ProcessHandle.current().pid();
    private Containers containers;

    @BeforeAll
    static void makeRoot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Files.isExecutable(BusyboxRoot.BUSYBOX), "needs busybox-static");
        root = BusyboxRoot.make(shared.resolve("root"));
        // Idmapped mounts show ids as on disk; everyone on the way must be let through.
        Files.setPosixFilePermissions(shared, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("log"));
        containers = open(folder.resolve("run"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (var container : containers.all()) {
            container.kill();
        }
        containers.close();
        try (var left = Files.list(folder.resolve("run"))) {
            assertEquals(List.of(), left.toList());
        }
        assertFalse(CgroupTree.detect().exists("lightvisor." + tag), "cgroups are left");
        assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(folder.toString()), "mounts are left");
        for (var process : ProcessHandle.current().descendants().toList()) {
            if (process.info().command().orElse("").contains("lightvisor-monitor")) {
                assertTrue(endsSoon((int) process.pid()), "process left: " + process.pid());
            }
        }
    }

    private static boolean endsSoon(int pid) throws InterruptedException {
        try (var process = Pidfd.open(pid)) {
            return process.awaitEnd(Duration.ofSeconds(5));
        } catch (SyscallException e) {
            return true;
        }
    }

    // ---- start and stop

    @Test
    void start_thenKill() throws Exception {
        var container = containers.start(spec(1));
        assertEquals(Optional.of(container), containers.find(1));
        assertTrue(Files.exists(Path.of("/proc/" + container.initPid())));
        assertEquals("0", run(container, "id -u").out().strip());
        container.kill();
        assertEquals(new Exited(1, new ExitCause.InitKilled(9)), exits.poll(5, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), containers.find(1));
    }

    @Test
    void start_onOverlay_writesToUpperLayerOnly() throws Exception {
        var upper = folder.resolve("upper-parent");
        Files.createDirectories(upper.resolve("upper"));
        Files.createDirectories(upper.resolve("work"));
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        var extra = folder.resolve("extra");
        Files.createDirectories(extra.resolve("etc"));
        Files.writeString(extra.resolve("etc/topmost"), "yes");
        var container = containers.start(with(spec(1), new RootFilesystem.Overlay(List.of(extra, root), upper)));
        assertEquals(
                "yes",
                run(container, "cat /etc/topmost; echo written >/root/file; rm -f /bin/garbage; ls -n /root/file")
                        .out()
                        .substring(0, 3));
        assertEquals("0 0", run(container, "stat -c '%u %g' /root/file").out().strip());
        container.kill();
        assertEquals("written\n", Files.readString(upper.resolve("upper/root/file")));
        assertEquals(0, Files.getAttribute(upper.resolve("upper/root/file"), "unix:uid"));
        assertTrue(Files.exists(root.resolve("bin/garbage")), "the lower layer has changed");
    }

    @Test
    void start_privileged_hasNoUserNamespaceAndMaskedKnobs() throws Exception {
        var container = containers.start(privileged(spec(1)));
        assertEquals(
                "0          0 4294967295",
                run(container, "cat /proc/self/uid_map").out().strip().replaceAll("^ +", ""));
        assertFalse(run(container, "echo 1 >/proc/sys/vm/overcommit_memory").isSuccess());
        assertFalse(run(container, "echo b >/proc/sysrq-trigger").isSuccess());
        assertTrue(run(container, "echo 1 >/proc/sys/net/ipv4/ip_forward").isSuccess());
        assertFalse(run(container, "touch /sys/kernel/x").isSuccess());
        assertTrue(run(container, "mknod /tmp/disk b 254 0").isSuccess());
        assertFalse(run(container, "dd if=/tmp/disk of=/dev/null bs=1 count=1").isSuccess(), "host disk readable");
        run(container, "rm /tmp/disk");
    }

    @Test
    void start_ofWhatRuns_isRefused() throws Exception {
        containers.start(spec(1));
        assertThrows(ProblemException.class, () -> containers.start(spec(1)));
    }

    @Test
    void start_withoutInit_saysWhyAndLeavesNothing() {
        var empty = folder.resolve("empty");
        assertThrows(ProblemException.class, () -> {
            Files.createDirectories(empty);
            containers.start(with(spec(1), new RootFilesystem.Directory(empty)));
        });
        var failure = assertThrows(
                ProblemException.class, () -> containers.start(withInit(spec(1), List.of("/no/such/init"))));
        assertEquals("container c1 not started", failure.problem().what());
        assertEquals(
                "execute: execve(2) /no/such/init: ENOENT, no such file or directory",
                failure.problem().why());
        assertEquals(List.of(), List.copyOf(exits));
    }

    @Test
    void start_withFailingNics_isUndone() {
        var spec = withNics(spec(1), (pid, netns) -> {
            throw new IOException("bridge lxdbr0 does not exist");
        });
        var failure = assertThrows(ProblemException.class, () -> containers.start(spec));
        assertTrue(failure.getMessage().contains("bridge lxdbr0 does not exist"), failure.getMessage());
    }

    @Test
    void start_withRefusedSysctl_saysWhichOne() {
        var failure = assertThrows(
                ProblemException.class, () -> containers.start(withSysctls(spec(1), Map.of("vm.swappiness", "1"))));
        assertTrue(failure.getMessage().contains("/proc/sys/vm/swappiness"), failure.getMessage());
    }

    @Test
    void start_withMountsNodesAndLimits() throws Exception {
        var data = folder.resolve("data");
        Files.createDirectories(data);
        Files.writeString(data.resolve("file"), "from the host");
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        var mounts = List.of(
                new MountSpec(data, "/mnt/data", true, false, true, false),
                new MountSpec(data, "/mnt/ro", true, true, true, false),
                new MountSpec(data.resolve("file"), "/etc/one", false, true, false, false),
                new MountSpec(Path.of("/no/such/source"), "/mnt/none", true, false, false, true));
        var nodes = List.of(new NodeSpec("/dev/mynull", false, 1, 3, 0640, 7, 8));
        var container =
                containers.start(withMounts(spec(1), mounts, nodes, Map.of("nofile", new StartSpec.Rlimit(333, 444))));
        assertEquals(
                "from the hostfrom the hostfrom the host",
                run(container, "cat /mnt/data/file /mnt/ro/file /etc/one").out());
        assertTrue(run(container, "touch /mnt/data/new").isSuccess());
        assertEquals(0, Files.getAttribute(data.resolve("new"), "unix:uid"));
        assertFalse(run(container, "touch /mnt/ro/new").isSuccess());
        assertEquals(
                "640 7 8 1 3",
                run(container, "stat -c '%a %u %g %t %T' /dev/mynull").out().strip());
        assertTrue(run(container, "echo gone >/dev/mynull").isSuccess());
        assertTrue(run(container, "cat /proc/1/limits")
                .out()
                .contains("Max open files            333                  444"));
    }

    @Test
    void stopClean_bySigpwr() throws Exception {
        var container = ready(containers.start(spec(1)));
        container.stopClean(Duration.ofSeconds(20));
        assertEquals(new Exited(1, new ExitCause.Halted()), exits.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void stopClean_ofFrozen_thawsFirst() throws Exception {
        var container = ready(containers.start(spec(1)));
        container.freeze();
        container.stopClean(Duration.ofSeconds(20));
        assertEquals(new Exited(1, new ExitCause.Halted()), exits.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void stopClean_ofDeafInit_timesOut() throws Exception {
        var container = containers.start(withInit(spec(1), List.of("/bin/sleep", "1000")));
        assertThrows(TimeoutException.class, () -> container.stopClean(Duration.ofMillis(100)));
        assertTrue(containers.find(1).isPresent());
    }

    @Test
    void requestReboot_isToldApart() throws Exception {
        var container = ready(containers.start(spec(1)));
        container.requestReboot();
        assertEquals(new Exited(1, new ExitCause.Rebooted()), exits.poll(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @CsvSource({"reboot -f,Rebooted", "poweroff -f,Halted", "halt -f,Halted"})
    void end_fromInside(String command, String cause) throws Exception {
        var container = containers.start(spec(1));
        container.exec(ExecSpec.of("sh", "-c", command));
        assertEquals(cause, exits.poll(20, TimeUnit.SECONDS).cause().getClass().getSimpleName());
    }

    @Test
    void end_ofInit() throws Exception {
        containers.start(withInit(spec(1), List.of("/bin/sh", "-c", "exit 7")));
        assertEquals(new Exited(1, new ExitCause.InitExited(7)), exits.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void end_ofInit_killedFromTheHost() throws Exception {
        var container = containers.start(spec(1));
        Processes.kill(container.initPid(), Signal.KILL);
        assertEquals(new Exited(1, new ExitCause.InitKilled(9)), exits.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void end_ofMonitor_takesTheContainerAlong() throws Exception {
        var container = containers.start(spec(1));
        int monitor = parentOf(container.initPid());
        try (var init = Pidfd.open(container.initPid())) {
            Processes.kill(monitor, Signal.KILL);
            assertEquals(new Exited(1, new ExitCause.MonitorLost()), exits.poll(20, TimeUnit.SECONDS));
            assertTrue(init.hasEnded());
        }
    }

    @Test
    void kill_ofForkBomb() throws Exception {
        var limits = new Limits(
                Optional.empty(),
                1024,
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                true,
                OptionalInt.empty(),
                OptionalLong.of(300),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Map.of());
        var container = containers.start(withLimits(spec(1), limits));
        container.exec(ExecSpec.of("sh", "-c", "b() { b | b & }; b"));
        while (container.usage().processes() < 250) {
            Thread.sleep(10);
        }
        container.freeze();
        container.kill();
        assertEquals(new Exited(1, new ExitCause.InitKilled(9)), exits.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void start_manyAtOnce() throws Exception {
        int count = 50;
        all(count, id -> containers.start(spec(id + 1)));
        assertEquals(count, containers.all().size());
        all(count, id -> {
            var container = containers.find(id + 1).orElseThrow();
            assertEquals("c" + (id + 1), run(container, "hostname").out().strip());
            container.kill();
            return id;
        });
        assertEquals(0, containers.all().size());
    }

    // ---- pausing, limits, usage

    @Test
    void freeze_twice_andThaw() throws Exception {
        var container = ready(containers.start(spec(1)));
        container.freeze();
        container.freeze();
        assertTrue(container.frozen());
        container.thaw();
        container.thaw();
        assertFalse(container.frozen());
        assertEquals("1\n", run(container, "echo 1").out());
    }

    @Test
    void apply_limits_live() throws Exception {
        var container = containers.start(spec(1));
        var limits = new Limits(
                Optional.of(CpuList.parse("0").orElseThrow()),
                512,
                Optional.of(new Limits.CpuQuota(25_000, 100_000)),
                OptionalLong.of(64 << 20),
                OptionalLong.of(57 << 20),
                true,
                OptionalInt.of(10),
                OptionalLong.of(40),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Map.of());
        container.apply(limits);
        var tree = CgroupTree.detect();
        var group = tree.at("lightvisor." + tag + "/c1");
        assertEquals(Optional.of("40"), group.read("pids", "pids.max").map(String::strip));
        assertEquals("0", group.limits().cpus().orElseThrow().toString());
        if (tree.layout() != CgroupTree.Layout.V2) {
            assertEquals(Optional.of("512"), group.read("cpu", "cpu.shares").map(String::strip));
            assertEquals(
                    Optional.of("25000"), group.read("cpu", "cpu.cfs_quota_us").map(String::strip));
            assertEquals(
                    Optional.of("67108864"),
                    group.read("memory", "memory.limit_in_bytes").map(String::strip));
            assertEquals(
                    Optional.of("10"), group.read("memory", "memory.swappiness").map(String::strip));
        }
        assertEquals(
                "0",
                run(container, "grep Cpus_allowed_list /proc/self/status").out().split("\\s+")[1]);
        container.apply(Limits.NONE);
        assertEquals(Optional.of("max"), group.read("pids", "pids.max").map(String::strip));
    }

    @Test
    void limits_fromTheStart_holdInside() throws Exception {
        var limits = new Limits(
                Optional.empty(),
                1024,
                Optional.empty(),
                OptionalLong.of(32 << 20),
                OptionalLong.empty(),
                true,
                OptionalInt.empty(),
                OptionalLong.of(20),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Map.of());
        var container = containers.start(withLimits(spec(1), limits));
        // 64 MiB do not fit: dd is killed, and only it.
        assertEquals(
                137,
                run(container, "dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null")
                        .code());
        assertTrue(containers.find(1).isPresent());
        assertTrue(run(container, "for i in $(seq 40); do sleep 5 & done").err().contains("fork"));
        assertFalse(
                run(container, "echo 1000 >/sys/fs/cgroup/pids/pids.max").isSuccess(), "limits can be lifted inside");
    }

    @Test
    void usage_counts() throws Exception {
        var container = ready(containers.start(spec(1)));
        var usage = container.usage();
        assertTrue(usage.processes() >= 1, usage.toString());
        assertTrue(usage.memory() > 0, usage.toString());
        assertTrue(usage.cpuNanos() > 0, usage.toString());
    }

    // ---- what the container sees

    @Test
    void seccomp_deniesModules() throws Exception {
        var container = containers.start(spec(1));
        assertTrue(run(container, "cat /proc/1/status").out().contains("Seccomp:\t2"));
        assertTrue(run(container, "cat /proc/self/status").out().contains("Seccomp:\t2"));
        var said = run(container, "echo x >/tmp/m.ko; insmod /tmp/m.ko").err();
        assertTrue(said.contains("does not support"), said);
    }

    @Test
    void appArmor_confinesInitAndCommands() throws Exception {
        assumeTrue(containers.hasAppArmor(), "needs a host with AppArmor");
        var container = containers.start(spec(1));
        var label = Files.readString(Path.of("/proc/" + container.initPid() + "/attr/apparmor/current"))
                .strip();
        assertEquals("lightvisor-unprivileged_" + tag + " (enforce)", label);
        assertEquals(label, run(container, "cat /proc/self/attr/current").out().strip());
        assertFalse(run(container, "cat /proc/kcore").isSuccess());
        container.kill();
        var other = containers.start(privileged(spec(2)));
        assertFalse(run(other, "echo 1 >/proc/sys/fs/protected_fifos").isSuccess());
        assertFalse(run(other, "mkdir /tmp/d; mount -t debugfs d /tmp/d").isSuccess());
        assertTrue(run(other, "mount -t tmpfs t /tmp").isSuccess());
        assertTrue(run(other, "ps; kill -0 1").isSuccess());
        other.stopClean(Duration.ofSeconds(20));
    }

    @Test
    void devices_ofTheRoot_doNotWork() throws Exception {
        var device = root.resolve("bin/disk");
        var made = new ProcessBuilder("mknod", "-m", "666", device.toString(), "c", "7", "0")
                .start()
                .waitFor();
        assumeTrue(made == 0, "needs mknod(1)");
        try (var onTheHost = Open.path(device, OpenFlag.READ)) {
            var container = containers.start(spec(1));
            assertFalse(run(container, "head -c 1 /bin/disk").isSuccess());
            assertTrue(run(container, "mount -o remount,bind,dev /").isSuccess());
            assertFalse(run(container, "head -c 1 /bin/disk").isSuccess());
            assertTrue(run(container, "echo >/dev/null; head -c 1 /dev/urandom >/dev/zero")
                    .isSuccess());
        } finally {
            Files.delete(device);
        }
    }

    /// A server of files that answers nobody any more, and then a dead one: containers see the kernel's files.
    private void startBesideHungLxcfs(Process lxcfs) throws Exception {
        new ProcessBuilder("kill", "-STOP", Long.toString(lxcfs.pid())).start().waitFor();
        try {
            for (int i = 0; i < 2; i++) {
                long before = System.nanoTime();
                var container = containers.start(spec(2 + i));
                assertTrue(System.nanoTime() - before < 2_000_000_000L, "start waited for lxcfs");
                assertTrue(!run(container, "cat /proc/meminfo").out().isEmpty());
                container.kill();
            }
        } finally {
            new ProcessBuilder("kill", "-CONT", Long.toString(lxcfs.pid()))
                    .start()
                    .waitFor();
        }
        lxcfs.destroyForcibly().waitFor();
        var container = containers.start(spec(4));
        assertTrue(!run(container, "cat /proc/meminfo").out().isEmpty());
        container.kill();
    }

    @Test
    void lxcfs_tellsTheContainersMemory() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxcfs")), "needs lxcfs");
        var mounted = Files.createDirectories(folder.resolve("lxcfs"));
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        var process = new ProcessBuilder(
                        "/usr/bin/lxcfs",
                        "-f",
                        "-p",
                        folder.resolve("lxcfs.pid").toString(),
                        mounted.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("lxcfs.log").toFile())
                .start();
        try {
            while (process.isAlive() && !Files.exists(mounted.resolve("proc/meminfo"))) {
                Thread.sleep(5);
            }
            assumeTrue(process.isAlive(), "lxcfs does not run here");
            containers.close();
            containers = new Containers(
                    folder.resolve("run"), LAUNCHER, tag, (id, cause) -> exits.add(new Exited(id, cause)), mounted);
            var limits = new Limits(
                    Optional.empty(),
                    1024,
                    Optional.empty(),
                    OptionalLong.of(64 << 20),
                    OptionalLong.empty(),
                    true,
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Map.of());
            var container = containers.start(withLimits(spec(1), limits));
            assertTrue(run(container, "cat /proc/meminfo").out().contains("MemTotal:          65536 kB"));
            assertTrue(
                    Double.parseDouble(run(container, "cat /proc/uptime").out().split(" ")[0]) < 60);
            container.kill();
            startBesideHungLxcfs(process);
        } finally {
            process.destroy();
            process.waitFor();
            new ProcessBuilder("umount", "-l", mounted.toString())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        }
    }

    @Test
    void cgroupView_isComplete() throws Exception {
        var container = containers.start(spec(1));
        for (String line : run(container, "cat /proc/self/cgroup").out().strip().split("\n")) {
            assertTrue(line.endsWith(":/") || line.endsWith("::/.lxc"), line);
        }
        var tree = CgroupTree.detect();
        if (tree.layout() != CgroupTree.Layout.V2) {
            assertTrue(run(container, "mkdir /sys/fs/cgroup/memory/sub /sys/fs/cgroup/systemd/sub")
                    .isSuccess());
            assertTrue(run(container, "cat /sys/fs/cgroup/cpu/cpu.shares").isSuccess());
        }
    }

    @Test
    void descriptors_ofTheHost_areNotInherited() throws Exception {
        var container = ready(containers.start(spec(1)));
        try (var files = Files.list(Path.of("/proc/" + container.initPid() + "/fd"))) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                assertTrue(
                        Integer.parseInt(name) < 3 || name.equals("10"), file + " -> " + Files.readSymbolicLink(file));
            }
        }
        var session = container.exec(ExecSpec.of("sh", "-c", "ls -l /proc/self/fd"));
        var listing = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                4,
                listing.lines()
                        .filter(line -> line.contains("->") || line.matches(".* \\d+$") && !line.startsWith("total"))
                        .count(),
                listing);
        session.close();
    }

    // ---- mounts and devices that come and go

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void attach_mountsAndNodes_live(boolean privileged) throws Exception {
        var data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("file"), "from the host");
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        var container = containers.start(privileged ? privileged(spec(1)) : spec(1));
        container.attach(new MountSpec(data, "/mnt/live", true, false, true, false));
        container.attach(new MountSpec(data.resolve("file"), "/etc/live", true, true, true, false));
        assertEquals(
                "from the hostfrom the host",
                run(container, "cat /mnt/live/file /etc/live").out());
        assertTrue(run(container, "touch /mnt/live/new").isSuccess());
        assertEquals(0, Files.getAttribute(data.resolve("new"), "unix:uid"));
        container.detach("/mnt/live");
        container.detach("/etc/live");
        assertEquals("", run(container, "ls /mnt/live; cat /etc/live").out());

        var node = new NodeSpec("/dev/more/zero", false, 1, 5, 0604, 5, 6);
        run(container, "mkdir /dev/more");
        container.attach(node);
        assertEquals(
                "604 5 6 1 5",
                run(container, "stat -c '%a %u %g %t %T' /dev/more/zero").out().strip());
        assertTrue(run(container, "head -c 10 /dev/more/zero >/dev/null").isSuccess());
        container.detach(node);
        assertFalse(run(container, "test -e /dev/more/zero").isSuccess());
        container.detach("/nothing/here");
    }

    // ---- commands

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            COMMAND              | CODE
            true                 | 0
            false                | 1
            no-such-command      | 127
            /no/such/command     | 127
            /etc                 | 126
            /bin/plain           | 126
            garbage              | 126
            """)
    void exec_codes(String command, int code) throws Exception {
        var container = containers.start(spec(1));
        try (var session = container.exec(ExecSpec.of(command))) {
            assertEquals(code, session.awaitExit());
        }
    }

    @Test
    void exec_killedBySignal() throws Exception {
        var container = containers.start(spec(1));
        assertEquals(128 + 15, run(container, "kill -TERM $$").code());
        try (var session = container.exec(ExecSpec.of("sleep", "1000"))) {
            session.signal(2);
            assertEquals(130, session.awaitExit());
        }
    }

    @Test
    void exec_asUserInFolder() throws Exception {
        var container = containers.start(spec(1));
        var spec = new ExecSpec(
                List.of("sh", "-c", "id -u; id -g; pwd; echo $FOO; grep CapEff /proc/self/status"),
                Map.of("FOO", "bar", "PATH", "/bin"),
                "/etc",
                1000,
                100,
                Optional.empty());
        try (var session = container.exec(spec)) {
            assertEquals("1000\n100\n/etc\nbar\nCapEff:\t0000000000000000\n", text(session));
        }
    }

    @Test
    void exec_inMissingFolder_isLikeAMissingCommand() throws Exception {
        var container = containers.start(spec(1));
        var spec = new ExecSpec(List.of("true"), Map.of(), "/nowhere", 0, 0, Optional.empty());
        try (var session = container.exec(spec)) {
            assertEquals(127, session.awaitExit());
        }
    }

    @Test
    void exec_withUnmappedUser_saysWhy() throws Exception {
        var container = containers.start(spec(1));
        var spec = new ExecSpec(List.of("true"), Map.of(), "/", 70_000, 0, Optional.empty());
        var failure = assertThrows(ProblemException.class, () -> container.exec(spec));
        assertTrue(failure.getMessage().contains("EINVAL"), failure.getMessage());
    }

    @Test
    void exec_isBinaryClean() throws Exception {
        var container = containers.start(spec(1));
        var data = new byte[8 << 20];
        new Random(1).nextBytes(data);
        try (var session = container.exec(ExecSpec.of("cat"))) {
            var writer = Thread.ofVirtual().start(() -> {
                try (var in = session.stdin()) {
                    in.write(data);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertArrayEquals(data, session.stdout().readAllBytes());
            writer.join();
            assertEquals(0, session.awaitExit());
        }
    }

    @Test
    void exec_losesNoTail() throws Exception {
        var container = containers.start(spec(1));
        for (int i = 0; i < 20; i++) {
            try (var session = container.exec(ExecSpec.of("sh", "-c", "seq 5000; echo err >&2"))) {
                session.awaitExit();
                var out = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(out.endsWith("4999\n5000\n"), "tail: " + out.substring(Math.max(0, out.length() - 20)));
                assertEquals("err\n", new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void exec_leavingDaemonBehind_ends() throws Exception {
        var container = containers.start(spec(1));
        try (var session = container.exec(ExecSpec.of("sh", "-c", "sleep 1000 & echo started"))) {
            assertEquals("started\n", new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals("", new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, session.awaitExit());
        }
    }

    @Test
    void exec_withTerminal() throws Exception {
        var container = containers.start(spec(1));
        var spec = new ExecSpec(
                List.of("sh", "-c", "tty; stty size; read x; stty size; echo got $x"),
                Map.of("TERM", "xterm"),
                "/root",
                0,
                0,
                Optional.of(new WindowSize(80, 24)));
        try (var session = container.exec(spec)) {
            var out = new ByteArrayOutputStream();
            readUntil(session, out, "24 80");
            session.resize(100, 30);
            session.stdin().write("word\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().flush();
            session.stdout().transferTo(out);
            assertEquals(0, session.awaitExit());
            var text = out.toString(StandardCharsets.UTF_8);
            assertTrue(text.startsWith("/dev/pts/"), text);
            assertTrue(text.contains("30 100"), text);
            assertTrue(text.endsWith("got word\r\n"), text);
        }
    }

    @Test
    void exec_withTerminal_losesNoTail() throws Exception {
        var container = containers.start(spec(1));
        for (int i = 0; i < 10; i++) {
            var spec = new ExecSpec(List.of("seq", "3000"), Map.of(), "/", 0, 0, Optional.of(new WindowSize(80, 24)));
            try (var session = container.exec(spec)) {
                var out = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(out.endsWith("3000\r\n"), "tail: " + out.substring(Math.max(0, out.length() - 20)));
            }
        }
    }

    @Test
    void exec_manyAtOnce() throws Exception {
        var container = containers.start(spec(1));
        all(50, i -> {
            var result = run(container, "echo " + i + "; exit " + i);
            assertEquals(i + "\n", result.out());
            assertEquals(i, result.code());
            return i;
        });
    }

    @Test
    void exec_close_killsTheCommand() throws Exception {
        var container = containers.start(spec(1));
        var session = container.exec(ExecSpec.of("sleep", "1000"));
        session.close();
        assertEquals(137, session.awaitExit());
    }

    @Test
    void exec_whileTheContainerEnds() throws Exception {
        var container = containers.start(spec(1));
        var session = container.exec(ExecSpec.of("sleep", "1000"));
        container.kill();
        assertEquals(137, session.awaitExit());
        session.close();
        assertThrows(RuntimeException.class, () -> container.exec(ExecSpec.of("true")));
    }

    // ---- console

    @Test
    void console_showsAndTakesInput() throws Exception {
        var container = ready(containers.start(spec(1)));
        try (var console = container.console(80, 24)) {
            assertThrows(ProblemException.class, () -> container.console(80, 24));
            console.input().write("something\n".getBytes(StandardCharsets.UTF_8));
            var out = new StringBuilder();
            var buffer = new byte[1000];
            while (out.indexOf("typed something") < 0) {
                int count = console.output().read(buffer);
                assertTrue(count > 0, "console ended after: " + out);
                out.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        }
        assertTrue(new String(container.consoleLog(), StandardCharsets.UTF_8).contains("ready\r\n"));
        try (var first = container.console(0, 0, true);
                var second = container.console(0, 0, true)) {
            assertEquals(-1, first.output().read());
        }
        container.clearConsoleLog();
        assertEquals(0, container.consoleLog().length);
    }

    @Test
    void console_keepsTheLast128KiB_andIsLoggedAtTheEnd() throws Exception {
        var container = ready(containers.start(spec(1)));
        assertTrue(run(container, "seq 60000 >/dev/console").isSuccess());
        var log = new String(container.consoleLog(), StandardCharsets.UTF_8);
        assertEquals(128 * 1024, log.length());
        assertTrue(log.endsWith("60000\r\n"), log.substring(log.length() - 20));
        container.kill();
        assertTrue(Files.readString(folder.resolve("log/console.log")).endsWith("60000\r\n"));
    }

    @Test
    void console_withSlowReader_doesNotHoldUpTheGuest() throws Exception {
        var container = ready(containers.start(spec(1)));
        try (var console = container.console(0, 0)) {
            assertTrue(run(container, "seq 200000 >/dev/console").isSuccess());
            console.output().read();
        }
    }

    // ---- a daemon that comes and goes

    @Test
    void recover_findsWhatRuns() throws Exception {
        var container = ready(containers.start(spec(1)));
        int pid = container.initPid();
        var gone = containers.start(withInit(spec(2), List.of("/bin/sh", "-c", "read x </dev/console; exit 3")));
        containers.close();
        Processes.kill(gone.initPid(), Signal.KILL);
        gone.initPidfd().awaitEnd();

        containers = open(folder.resolve("run"));
        // The monitor of the second writes the status before it goes, and is on its way to.
        while (!Files.exists(folder.resolve("run/2/status"))) {
            Thread.onSpinWait();
        }
        var found = containers.recover();
        assertEquals(2, found.size());
        for (var one : found) {
            if (one.instanceId() == 2) {
                assertEquals(Optional.of(new ExitCause.InitKilled(9)), one.ended());
            }
        }
        var again = containers.find(1).orElseThrow();
        assertEquals(pid, again.initPid());
        assertEquals(container.startedAt(), again.startedAt());
        assertTrue(new String(again.consoleLog(), StandardCharsets.UTF_8).contains("ready"));
        assertEquals("hello\n", run(again, "echo hello").out());
        assertTrue(run(again, "cat /proc/self/status").out().contains("Seccomp:\t2"));
        again.stopClean(Duration.ofSeconds(20));
        assertEquals(new Exited(1, new ExitCause.Halted()), exits.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void recover_afterMonitorAndDaemonWereKilled() throws Exception {
        var container = containers.start(spec(1));
        int monitor = parentOf(container.initPid());
        containers.close();
        Processes.kill(monitor, Signal.KILL);
        try (var gone = Pidfd.open(monitor)) {
            gone.awaitEnd();
        }
        containers = open(folder.resolve("run"));
        var found = containers.recover();
        assertEquals(Optional.of(new ExitCause.MonitorLost()), found.getFirst().ended());
    }

    @Test
    void recover_afterReboot() throws Exception {
        var run = Files.createDirectories(folder.resolve("run/9"));
        Files.writeString(run.resolve("meta"), "c9\n2026-01-01T00:00:00Z\nanother-boot\nfalse\n\n");
        assertEquals(
                Optional.of(new ExitCause.HostRestarted()),
                containers.recover().getFirst().ended());
    }

    @Test
    void recover_removesStrayCgroups() throws Exception {
        CgroupTree.detect().create("lightvisor." + tag + "/stray");
        containers.recover();
        assertFalse(CgroupTree.detect().exists("lightvisor." + tag + "/stray"));
    }

    // ---- helpers

    private Containers open(Path run) {
        return new Containers(run, LAUNCHER, tag, (id, cause) -> exits.add(new Exited(id, cause)));
    }

    private record Result(String out, String err, int code) {
        boolean isSuccess() {
            return code == 0;
        }
    }

    private static Result run(RunningContainer container, String script) throws Exception {
        try (var session = container.exec(ExecSpec.of("sh", "-c", script))) {
            session.stdin().close();
            var out = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            var err = new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(out, err, session.awaitExit());
        }
    }

    private static String text(ExecSession session) throws IOException {
        return new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void readUntil(ExecSession session, ByteArrayOutputStream out, String expected) throws IOException {
        var buffer = new byte[1000];
        while (!out.toString(StandardCharsets.UTF_8).contains(expected)) {
            int count = session.stdout().read(buffer);
            assertTrue(count > 0, "terminal ended after: " + out);
            out.write(buffer, 0, count);
        }
    }

    /// Init of the test root has set its traps once it says so.
    private static RunningContainer ready(RunningContainer container) throws Exception {
        while (!new String(container.consoleLog(), StandardCharsets.UTF_8).contains("ready")) {
            Thread.sleep(1);
        }
        return container;
    }

    private interface Numbered {
        Object call(int number) throws Exception;
    }

    private static void all(int count, Numbered action) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Object>>();
            for (int i = 0; i < count; i++) {
                int number = i;
                tasks.add(() -> action.call(number));
            }
            for (var done : executor.invokeAll(tasks)) {
                done.get();
            }
        }
    }

    private static int parentOf(int pid) throws IOException {
        return Integer.parseInt(Files.readString(Path.of("/proc/" + pid + "/stat"))
                .split("\\) ")[1]
                .split(" ")[1]);
    }

    private StartSpec spec(long id) {
        return new StartSpec(
                id,
                "c" + id,
                "c" + id,
                MAP,
                false,
                new RootFilesystem.Directory(root),
                List.of(),
                List.of(),
                StartSpec.SBIN_INIT,
                Map.of(),
                Limits.NONE,
                SecuritySpec.DEFAULT,
                Map.of(),
                Map.of(),
                folder.resolve("log"),
                NicsHook.NONE);
    }

    private static StartSpec privileged(StartSpec s) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                Idmap.HOST,
                s.nesting(),
                s.root(),
                s.mounts(),
                s.nodes(),
                s.init(),
                s.environment(),
                s.limits(),
                s.security(),
                s.sysctls(),
                s.rlimits(),
                s.logFolder(),
                s.nics());
    }

    private static StartSpec with(StartSpec s, RootFilesystem root) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                root,
                s.mounts(),
                s.nodes(),
                s.init(),
                s.environment(),
                s.limits(),
                s.security(),
                s.sysctls(),
                s.rlimits(),
                s.logFolder(),
                s.nics());
    }

    private static StartSpec withInit(StartSpec s, List<String> init) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                s.root(),
                s.mounts(),
                s.nodes(),
                init,
                s.environment(),
                s.limits(),
                s.security(),
                s.sysctls(),
                s.rlimits(),
                s.logFolder(),
                s.nics());
    }

    private static StartSpec withNics(StartSpec s, NicsHook nics) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                s.root(),
                s.mounts(),
                s.nodes(),
                s.init(),
                s.environment(),
                s.limits(),
                s.security(),
                s.sysctls(),
                s.rlimits(),
                s.logFolder(),
                nics);
    }

    private static StartSpec withSysctls(StartSpec s, Map<String, String> sysctls) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                s.root(),
                s.mounts(),
                s.nodes(),
                s.init(),
                s.environment(),
                s.limits(),
                s.security(),
                sysctls,
                s.rlimits(),
                s.logFolder(),
                s.nics());
    }

    private static StartSpec withLimits(StartSpec s, Limits limits) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                s.root(),
                s.mounts(),
                s.nodes(),
                s.init(),
                s.environment(),
                limits,
                s.security(),
                s.sysctls(),
                s.rlimits(),
                s.logFolder(),
                s.nics());
    }

    private static StartSpec withMounts(
            StartSpec s, List<MountSpec> mounts, List<NodeSpec> nodes, Map<String, StartSpec.Rlimit> rlimits) {
        return new StartSpec(
                s.instanceId(),
                s.name(),
                s.hostname(),
                s.idmap(),
                s.nesting(),
                s.root(),
                mounts,
                nodes,
                s.init(),
                s.environment(),
                s.limits(),
                s.security(),
                s.sysctls(),
                rlimits,
                s.logFolder(),
                s.nics());
    }
}
