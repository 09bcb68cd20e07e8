package io.lightvisor.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.poll.FdInput;
import io.lightvisor.linux.socket.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class SpawnTest {
    private static String output(Spawn spawn) throws Exception {
        try (var pipe = Pipe.create()) {
            try (var child = spawn.descriptor(1, pipe.write())
                    .descriptor(2, pipe.write())
                    .start()) {
                pipe.write().close();
                var text = new String(new FdInput(pipe.read()).readAllBytes());
                assertEquals(new ExitStatus.Exited(0), child.waitFor());
                return text;
            }
        }
    }

    @Test
    void start_environmentDirectoryArguments() throws Exception {
        var text = output(
                Spawn.program("/bin/sh", "-c", "echo \"$A $# $(pwd) $0\"; env | sort | head -1", "name", "x", "y z")
                        .environment("A", "b")
                        .directory(Path.of("/usr")));
        assertEquals("b 2 /usr name\nA=b\n", text);
    }

    @Test
    void start_givesOnlyTheDescriptorsNamed() throws Exception {
        try (var three = Memfd.sealed("three", "3".getBytes());
                var five = Memfd.sealed("five", "5".getBytes())) {
            // A program that inherits a leaked descriptor of ours would show it.
            var text = output(Spawn.program("/bin/sh", "-c", "cat <&3; cat <&5; echo; ls /proc/$$/fd")
                    .descriptor(5, three)
                    .descriptor(3, five));
            assertEquals("53\n0\n1\n2\n3\n5\n", text);
        }
    }

    @Test
    void start_signalsAtTheirDefaults() throws Exception {
        var text = output(Spawn.program("/bin/grep", "^Sig[BI]", "/proc/self/status"));
        var words = text.split("[\\s:]+");
        assertEquals(0, Long.parseUnsignedLong(words[1], 16));
        // glibc leaves its own two, 32 and 33, ignored.
        assertEquals(0, Long.parseUnsignedLong(words[3], 16) & 0x7FFFFFFF);
    }

    @Test
    void start_newSession() throws Exception {
        var text = output(
                Spawn.program("/bin/sh", "-c", "cut -d' ' -f1,6 /proc/$$/stat").newSession());
        var words = text.strip().split(" ");
        assertEquals(words[0], words[1]);
    }

    @Test
    void start_noSuchProgram() {
        int before = Host.openDescriptors();
        var failure = assertThrows(
                SyscallException.class, () -> Spawn.program("/no/such/program").start());
        assertEquals("posix_spawn(3) /no/such/program: ENOENT, no such file or directory", failure.getMessage());
        assertEquals(before, Host.openDescriptors());
    }

    @Test
    void waitFor_killed() throws Exception {
        try (var child = Spawn.program("/bin/sleep", "100").start()) {
            assertFalse(child.awaitEnd(Duration.ofMillis(10)));
            assertFalse(child.pidfd().hasEnded());
            var stat = ProcStat.find(child.pid()).orElseThrow();
            assertEquals("sleep", stat.name());
            assertEquals(Processes.self(), stat.parent());
            assertTrue(stat.startTicks() > 0);
            var status = ProcStatus.find(child.pid()).orElseThrow();
            assertEquals(child.pid(), status.innerPid());
            assertFalse(status.handles(Signal.PWR));
            assertTrue(child.signal(Signal.TERM));
            assertEquals(new ExitStatus.Killed(15, false), child.pidfd().peek());
            assertEquals(new ExitStatus.Killed(15, false), child.waitFor());
            assertTrue(child.pidfd().hasEnded());
            assertFalse(child.signal(Signal.TERM));
            assertTrue(assertThrows(SyscallException.class, child::waitFor).is(Errno.ECHILD));
            assertTrue(ProcStat.find(child.pid()).isEmpty());
        }
    }

    @Test
    void open_noSuchProcess() {
        var failure = assertThrows(SyscallException.class, () -> Pidfd.open(4194303));
        assertEquals("pidfd_open(2) pid 4194303: ESRCH, no such process", failure.getMessage());
    }

    @Test
    void reap_leavesNoZombie() throws Exception {
        var child = Spawn.program("/bin/true").start();
        var watch = Pidfd.open(child.pid());
        child.reap();
        watch.awaitEnd();
        while (ProcStat.find(watch.pid()).isPresent()) {
            Thread.onSpinWait();
        }
        watch.close();
    }

    @Test
    void resourceLimit_ofAChild() throws Exception {
        try (var child = Spawn.program("/bin/sleep", "100").start()) {
            var limit = ResourceLimit.named("nofile").orElseThrow();
            limit.set(child.pid(), new ResourceLimit.Value(11, 12));
            assertEquals(new ResourceLimit.Value(11, 12), limit.get(child.pid()));
            child.signal(Signal.KILL);
            child.waitFor();
        }
    }

    @Test
    void inNewNetwork_hasOnlyLoopback() throws Exception {
        Host.needsRoot();
        var here =
                Files.readString(Path.of("/proc/thread-self/net/dev")).lines().count();
        try (var network =
                NamespaceThread.inNewNetwork(() -> io.lightvisor.linux.fs.Open.path("/proc/thread-self/ns/net"))) {
            var there = NamespaceThread.inNetwork(
                    network,
                    () -> Files.readString(Path.of("/proc/thread-self/net/dev"))
                            .lines()
                            .count());
            assertTrue(there < here || there == 3, there + " lines");
        }
        assertEquals(
                here,
                Files.readString(Path.of("/proc/thread-self/net/dev")).lines().count());
    }
}
