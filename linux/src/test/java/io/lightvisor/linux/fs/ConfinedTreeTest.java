package io.lightvisor.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A guest's root, hostile: whatever leads out of it must not reach the canary beside it.
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class ConfinedTreeTest {
    @TempDir
    Path dir;

    private Path root;
    private Path canary;
    private DirFd at;
    private ConfinedTree tree;

    @BeforeEach
    void open() throws Exception {
        root = Files.createDirectory(dir.resolve("root"));
        canary = Files.createDirectory(dir.resolve("canary"));
        Files.writeString(canary.resolve("file"), "untouched");
        at = DirFd.open(root);
        tree = new ConfinedTree(at, FsIdentity.OWN);
    }

    @AfterEach
    void close() throws Exception {
        at.close();
        assertEquals("untouched", Files.readString(canary.resolve("file")));
        try (var files = Files.list(canary)) {
            assertEquals(1, files.count());
        }
    }

    private void write(String path, String text) {
        try (var file =
                tree.openOrCreate(path, 0640, OpenFlag.WRITE, OpenFlag.TRUNCATE).file()) {
            file.writeAll(text.getBytes());
        }
    }

    private static void refused(Errno errno, Runnable action) {
        var e = assertThrows(SyscallException.class, action::run);
        assertEquals(errno, e.errno(), e.getMessage());
    }

    @Test
    void openOrCreate_newAndThere() throws Exception {
        write("/file", "longer");
        assertEquals(0640, at.stat("file").permissions());
        write("file", "one");
        assertEquals("one", Files.readString(root.resolve("file")));
        refused(Errno.ENOENT, () -> write("/none/file", "x"));
        refused(Errno.EISDIR, () -> write("/", "x"));
        refused(Errno.EBUSY, () -> tree.remove("/.."));
    }

    @Test
    void links_stayInside() throws Exception {
        Files.createSymbolicLink(root.resolve("out"), canary);
        Files.createSymbolicLink(root.resolve("up"), Path.of("../canary"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/made"));
        Files.createSymbolicLink(root.resolve("outFile"), canary.resolve("new"));
        for (var path : List.of("out/file", "/up/file", "../canary/file", "outFile")) {
            refused(Errno.ENOENT, () -> write(path, "hit"));
        }
        refused(Errno.ENOENT, () -> tree.makeDirectory("out/d", 0755));
        refused(Errno.ENOENT, () -> tree.remove("up/file"));
        refused(Errno.ENOENT, () -> tree.makeSymlink("out/l", "x"));
        write("dangling", "inside");
        assertEquals("inside", Files.readString(root.resolve("made")));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        refused(Errno.ELOOP, () -> write("loop", "x"));
        tree.remove("out");
        assertFalse(Files.exists(root.resolve("out"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void pipesAndDevices_doNotHang() throws Exception {
        at.makeNode("pipe", 0010666, 0, 0);
        refused(Errno.ENXIO, () -> write("pipe", "x"));
        try (var handle = tree.hold("pipe", true)) {
            refused(Errno.ENXIO, () -> ConfinedTree.openForReading(handle));
        }
        Host.needsRoot();
        at.makeNode("zero", 0020666, 1, 5);
        refused(Errno.ENXIO, () -> write("zero", "x"));
        tree.remove("zero");
        tree.remove("pipe");
    }

    @Test
    void swappedWhileWorking_canaryUntouched() throws Exception {
        Files.createDirectories(root.resolve("real/d"));
        Files.createSymbolicLink(root.resolve("fake"), canary);
        var over = new AtomicBoolean();
        var swapper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                at.exchange("real", at, "fake");
            }
        });
        try {
            for (int i = 0; i < 500; i++) {
                attempt(() -> write("/real/d/../file", "hit"));
                attempt(() -> tree.makeDirectory("/real/sub", 0755));
                attempt(() -> tree.remove("/real/file"));
                attempt(() -> tree.rename("/real/d", "/real/e", true));
                attempt(() -> tree.rename("/real/e", "/real/d", true));
            }
        } finally {
            over.set(true);
            swapper.join();
        }
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (SyscallException e) {
            assertTrue(
                    List.of(Errno.ENOENT, Errno.EEXIST, Errno.EBUSY, Errno.ENOTDIR, Errno.ELOOP, Errno.ENOTEMPTY)
                            .contains(e.errno()),
                    e.getMessage());
        }
    }

    @Test
    void kernelFiles_areNotWritten() throws Exception {
        try (var host = DirFd.open(Path.of("/"))) {
            var all = new ConfinedTree(host, FsIdentity.OWN);
            try (var handle = all.hold("/proc/sys/kernel/core_pattern", true)) {
                refused(Errno.EPERM, () -> ConfinedTree.openForWriting(handle, OpenFlag.WRITE));
            }
            refused(Errno.EPERM, () -> all.makeDirectory("/proc/x", 0755));
        }
    }

    @Test
    void identity_ownsWhatItMakes() {
        Host.needsRoot();
        var guest = new ConfinedTree(at, FsIdentity.of(123_456, 123_457));
        at.makeDirectory("private", 0700);
        guest.create("private/file", 0600).close();
        try (var made = guest.hold("private/file", false)) {
            assertEquals(123_456, made.stat().uid());
            assertEquals(123_457, made.stat().gid());
            made.chown(0, 0);
        }
        at.create("after", 0600).close();
        assertEquals(0, at.stat("after").uid());
    }
}
