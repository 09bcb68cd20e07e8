package io.lightvisor.linux.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.process.IdMapEntry;
import io.lightvisor.linux.process.NamespaceThread;
import io.lightvisor.linux.process.Signal;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.linux.process.UserNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each test runs in a mount namespace of its own, which takes its mounts away at the end.
final class MountTest {
    @TempDir
    Path dir;

    @BeforeEach
    void root() {
        Host.needsRoot();
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void apart(Action action) throws Exception {
        NamespaceThread.inNewMounts(() -> {
            Mounts.change(Path.of("/"), true, Set.of(), Set.of(), Optional.of(Propagation.PRIVATE));
            action.run();
            return null;
        });
    }

    private static List<MountInfo> mounts() throws Exception {
        return MountInfo.parse(Files.readString(Path.of("/proc/thread-self/mountinfo")));
    }

    @Test
    void tmpfs_madeThenAttached() throws Exception {
        apart(() -> {
            try (var fs = FsContext.open("tmpfs")) {
                fs.set("size", "64k").set("mode", "0711").flag("noswap").create();
                try (var mount = fs.mount(Set.of(MountAttribute.NO_SUID, MountAttribute.NO_EXEC))) {
                    mount.directory().makeDirectory("before", 0700);
                    mount.attach(dir);
                }
            }
            assertTrue(Files.isDirectory(dir.resolve("before")));
            var info = MountInfo.at(mounts(), dir).orElseThrow();
            assertEquals("tmpfs", info.type());
            assertTrue(info.options().containsAll(List.of("nosuid", "noexec", "rw")));
            assertEquals(Optional.of("64k"), info.superOption("size"));
            Mounts.change(
                    dir, false, Set.of(MountAttribute.READ_ONLY), Set.of(MountAttribute.NO_EXEC), Optional.empty());
            info = MountInfo.at(mounts(), dir).orElseThrow();
            assertTrue(info.isReadOnly());
            assertFalse(info.options().contains("noexec"));
            Mounts.unmount(dir);
            assertTrue(MountInfo.at(mounts(), dir).isEmpty());
            assertFalse(Mounts.detachAll(dir));
        });
        assertFalse(Files.exists(dir.resolve("before")));
    }

    @Test
    void overlay_byDescriptors() throws Exception {
        apart(() -> {
            for (var name : List.of("lower1", "lower2", "upper", "work", "merged")) {
                Files.createDirectory(dir.resolve(name));
            }
            Files.writeString(dir.resolve("lower1/a"), "1");
            Files.writeString(dir.resolve("lower2/b"), "2");
            try (var fs = FsContext.open("overlay");
                    var lower1 = DirFd.open(dir.resolve("lower1"));
                    var lower2 = DirFd.open(dir.resolve("lower2"));
                    var upper = DirFd.open(dir.resolve("upper"));
                    var work = DirFd.open(dir.resolve("work"))) {
                fs.set("source", "test")
                        .set("lowerdir+", lower1.fd())
                        .set("lowerdir+", lower2.fd())
                        .set("upperdir", upper.fd())
                        .set("workdir", work.fd())
                        .create();
                try (var mount = fs.mount(Set.of())) {
                    mount.attach(dir.resolve("merged"));
                }
            }
            assertEquals("1", Files.readString(dir.resolve("merged/a")));
            Files.writeString(dir.resolve("merged/b"), "3");
            assertEquals("3", Files.readString(dir.resolve("upper/b")));
            Mounts.detach(dir.resolve("merged"));
        });
    }

    @Test
    void create_refused_tellsWhatTheKernelWrote() {
        try (var fs = FsContext.open("tmpfs")) {
            var failure = assertThrows(SyscallException.class, () -> fs.set("no-such-option", "1"));
            assertEquals(
                    "fsconfig(2) tmpfs no-such-option=1: EINVAL, invalid argument (tmpfs: Unknown parameter 'no-such-option')",
                    failure.getMessage());
        }
    }

    @Test
    void bind_andClassicMount() throws Exception {
        apart(() -> {
            Files.createDirectory(dir.resolve("from"));
            Files.createDirectory(dir.resolve("to"));
            Mounts.mount("none", dir.resolve("from"), "tmpfs", Set.of(MountAttribute.NO_DEVICES), "size=64k");
            Files.writeString(dir.resolve("from/x"), "x");
            Mounts.bind(dir.resolve("from"), dir.resolve("to"), false, Set.of(MountAttribute.READ_ONLY));
            assertEquals("x", Files.readString(dir.resolve("to/x")));
            assertThrows(java.io.IOException.class, () -> Files.writeString(dir.resolve("to/x"), "y"));
            Mounts.unmount(dir.resolve("to"));
            Mounts.unmount(dir.resolve("from"));
        });
    }

    @Test
    void idmap_showsFilesAsTheContainersRoot() throws Exception {
        Host.needsFile("/usr/bin/unshare");
        try (var child =
                Spawn.program("/usr/bin/unshare", "-U", "/bin/sleep", "100").start()) {
            // The namespace is made by the child after its start: the map can be written once it is another one than
            // ours.
            var ours = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
            while (Files.readSymbolicLink(Path.of("/proc/" + child.pid() + "/ns/user"))
                    .equals(ours)) {
                Thread.onSpinWait();
            }
            var ids = List.of(new IdMapEntry(0, 100000, 65536));
            UserNamespace.writeMaps(child.pid(), ids, ids);
            apart(() -> {
                Files.createDirectory(dir.resolve("from"));
                Files.createDirectory(dir.resolve("to"));
                Files.writeString(dir.resolve("from/x"), "x");
                try (var namespace = UserNamespace.of(child.pid());
                        var mount = DetachedMount.copyOf(dir.resolve("from"), true)) {
                    mount.idmap(namespace.fd(), true).attach(dir.resolve("to"));
                }
                assertEquals(100000, Files.getAttribute(dir.resolve("to/x"), "unix:uid"));
                assertEquals(0, Files.getAttribute(dir.resolve("from/x"), "unix:uid"));
                Mounts.detach(dir.resolve("to"));
            });
            child.signal(Signal.KILL);
            child.waitFor();
        }
    }

    @Test
    void parse_escapesAndOptionalFields() {
        var mounts = MountInfo.parse(
                "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n"
                        + "garbage\n37 35 0:5 / / rw - tmpfs none rw\n");
        assertEquals(2, mounts.size());
        assertEquals("/mnt 2", mounts.getFirst().mountPoint());
        assertEquals(List.of("master:1", "shared:7"), mounts.getFirst().optional());
        assertEquals(Optional.of("continue"), mounts.getFirst().superOption("errors"));
        assertEquals(List.of(), mounts.getLast().optional());
        assertFalse(MountInfo.at(mounts, Path.of("/x")).isPresent());
    }
}
