package io.lightvisor.linux.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirFdTest {
    private static final Resolve[] IN_ROOT = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};

    @TempDir
    Path dir;

    private DirFd at;

    @BeforeEach
    void open() {
        at = DirFd.open(dir);
    }

    @AfterEach
    void close() {
        at.close();
    }

    @Test
    void create_exactModes() {
        at.create("file", 0666).close();
        at.makeDirectory("directory", 02777);
        assertEquals(0666, at.stat("file").permissions());
        assertEquals(02777, at.stat("directory").permissions());
        assertTrue(assertThrows(SyscallException.class, () -> at.create("file", 0600))
                .is(Errno.EEXIST));
        at.chmod("file", 0600);
        assertEquals(0600, at.stat("file").permissions());
        try (var deep = at.makeDirectories("a/b//c", 0700)) {
            deep.create("x", 0600).close();
        }
        at.makeDirectories("a/b", 0700).close();
        assertTrue(Files.exists(dir.resolve("a/b/c/x")));
    }

    @Test
    void below_linksStayInside() throws Exception {
        Files.createDirectories(dir.resolve("etc"));
        Files.writeString(dir.resolve("etc/passwd"), "inside");
        Files.createSymbolicLink(dir.resolve("absolute"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(dir.resolve("up"), Path.of("../../../../../../etc/passwd"));
        for (var path : List.of("/etc/passwd", "absolute", "up", "../../etc/passwd")) {
            try (var file = at.open(path, IN_ROOT, 0)) {
                assertEquals("inside", new String(file.readAll(100)), path);
            }
        }
        var beneath = new Resolve[] {Resolve.BENEATH};
        for (var path : List.of("absolute", "up", "/etc/passwd")) {
            assertTrue(
                    assertThrows(SyscallException.class, () -> at.open(path, beneath, 0))
                            .is(Errno.EXDEV),
                    path);
        }
        assertTrue(assertThrows(SyscallException.class, () -> at.openEntry("absolute"))
                .is(Errno.ELOOP));
        assertThrows(SyscallException.class, () -> at.openDirectory("absolute", Resolve.NO_SYMLINKS));
        at.unlink("absolute");
        at.unlink("up");
    }

    @Test
    void names_areOneComponent() {
        for (var name : List.of("", ".", "..", "a/b", "/")) {
            assertThrows(IllegalArgumentException.class, () -> at.makeDirectory(name, 0700));
        }
        assertThrows(IllegalArgumentException.class, () -> at.unlink("a\0b"));
    }

    @Test
    void rename_exchange_link_symlink() {
        at.create("a", 0600).close();
        at.makeDirectory("d", 0700);
        at.exchange("a", at, "d");
        assertTrue(at.stat("a").isDirectory());
        assertTrue(assertThrows(SyscallException.class, () -> at.renameNew("d", at, "a"))
                .is(Errno.EEXIST));
        at.rename("d", at, "e");
        at.link("f", at, "e");
        assertEquals(2, at.stat("f").links());
        try (var file = at.openEntry("e", OpenFlag.PATH)) {
            at.link("g", file);
        }
        assertEquals(3, at.stat("g").links());
        at.makeSymlink("s", "some where");
        assertEquals("some where", at.readLink("s"));
        assertEquals(FileStat.Type.SYMLINK, at.stat("s").type());
        assertTrue(at.unlinkIfExists("s"));
        assertFalse(at.unlinkIfExists("s"));
        at.removeDirectory("a");
        assertFalse(at.exists("a"));
        assertEquals(Optional.empty(), at.findStat("a"));
        var time = Instant.ofEpochSecond(1_000_000_000, 123_456_789);
        at.setTimes("e", time, time);
        assertEquals(time, at.stat("e").modified());
    }

    @Test
    void list_anyNames() throws Exception {
        var bad = "bad\uDCFFname";
        at.create(bad, 0600).close();
        at.create("größe", 0600).close();
        at.makeDirectory("d", 0700);
        var names = at.list().stream().map(DirEntry::name).sorted().toList();
        assertEquals(List.of("d", "größe", bad).stream().sorted().toList(), names);
        assertEquals(3, at.list().size());
        for (int i = 0; i < 3000; i++) {
            Files.createFile(dir.resolve("many-" + i));
        }
        assertEquals(3003, at.list().size());
    }

    @Test
    void nodes_and_owners() {
        Host.needsRoot();
        at.makeNode("null", 0020666, 1, 3);
        at.makeNode("far", 0060600, 259, 70000);
        at.makeNode("fifo", 0010622, 0, 0);
        var stat = at.stat("null");
        assertEquals(FileStat.Type.CHARACTER_DEVICE, stat.type());
        assertEquals(0666, stat.permissions());
        assertEquals(1, stat.rdevMajor());
        assertEquals(3, stat.rdevMinor());
        assertEquals(259, at.stat("far").rdevMajor());
        assertEquals(70000, at.stat("far").rdevMinor());
        at.makeSymlink("link", "null");
        at.chown("link", 100000, 100001);
        assertEquals(100000, at.stat("link").uid());
        assertEquals(100001, at.stat("link").gid());
        assertEquals(0, at.stat("null").uid());
    }

    @Test
    void xattrs_ofFilesHandlesAndLinks() {
        Host.needsRoot();
        at.create("file", 0600).close();
        at.makeSymlink("link", "file");
        var value = new byte[3000];
        value[7] = 7;
        Xattrs.set(at, "file", "user.big", value);
        Xattrs.set(at, "link", "trusted.link", new byte[0]);
        try (var handle = at.openEntry("file", OpenFlag.PATH)) {
            assertArrayEquals(value, Xattrs.get(handle, "user.big").orElseThrow());
            assertEquals(List.of("user.big"), Xattrs.list(handle));
        }
        assertEquals(List.of("trusted.link"), Xattrs.list(at, "link"));
        assertTrue(Xattrs.get(at, "link", "user.big").isEmpty());
        assertTrue(Xattrs.remove(at, "file", "user.big"));
        assertFalse(Xattrs.remove(at, "file", "user.big"));
    }

    @Test
    void temporaryFile_getsItsNameLater() {
        try (var file = at.open(".", new Resolve[0], 0640, OpenFlag.TEMPORARY, OpenFlag.READ_WRITE)) {
            file.writeAll("x".getBytes());
            assertEquals(List.of(), at.list());
            at.link("named", file);
        }
        assertEquals(0640, at.stat("named").permissions());
    }

    @Test
    void locks_excludeWithinTheProcess() {
        try (var one = at.create("lock", 0600);
                var two = at.openEntry("lock", OpenFlag.READ_WRITE)) {
            assertTrue(FileLock.tryExclusive(one));
            assertFalse(FileLock.tryShared(two));
            FileLock.unlock(one);
            assertTrue(FileLock.tryShared(two));
            assertTrue(FileLock.tryRecord(one, true));
            assertFalse(FileLock.tryRecord(two, false));
        }
    }

    @Test
    void fileSystem_and_memfd() {
        var stat = FileSystemStat.of(at.fd());
        assertTrue(stat.total() >= stat.free() && stat.free() >= stat.available());
        assertFalse(stat.type().isEmpty());
        try (var sealed = Memfd.sealed("x", new byte[10])) {
            assertTrue(assertThrows(SyscallException.class, () -> sealed.writeAll(new byte[1]))
                    .is(Errno.EPERM));
        }
    }

    @Test
    void inotify_tellsOfNewFiles() throws Exception {
        try (var inotify = Inotify.create()) {
            int watch = inotify.add(dir, Inotify.Kind.CREATED, Inotify.Kind.DELETED);
            at.create("new", 0600).close();
            at.unlink("new");
            var events = inotify.await();
            assertEquals(new Inotify.Event(watch, List.of(Inotify.Kind.CREATED), "new"), events.get(0));
            assertEquals(new Inotify.Event(watch, List.of(Inotify.Kind.DELETED), "new"), events.get(1));
            inotify.remove(watch);
        }
    }
}
