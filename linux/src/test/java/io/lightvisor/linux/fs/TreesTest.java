package io.lightvisor.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.mount.Mounts;
import io.lightvisor.linux.mount.Propagation;
import io.lightvisor.linux.process.NamespaceThread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreesTest {
    @TempDir
    Path dir;

    private Path from;
    private Path to;

    @BeforeEach
    void directories() throws Exception {
        from = Files.createDirectory(dir.resolve("from"));
        to = Files.createDirectory(dir.resolve("to"));
    }

    private Trees.Copied copy() throws Exception {
        int before = Host.openDescriptors();
        try (var source = DirFd.open(from);
                var target = DirFd.open(to)) {
            return Trees.copy(source, target);
        } finally {
            // Fewer is possible: the pipes of a shell used before are closed by another thread.
            assertTrue(Host.openDescriptors() <= before);
        }
    }

    private static Object attribute(Path path, String name) throws Exception {
        return Files.getAttribute(path, "unix:" + name, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void copy_everyKindOfEntry() throws Exception {
        Host.needsRoot();
        run("""
                cd %s
                mkdir -p a/b empty; chmod 1777 a/b; chmod 2750 empty; chown 7:8 empty
                echo hello > a/file; chmod 4711 a/file; chown 1000:1001 a/file; chmod u+s a/file
                echo x > a/b/first; ln a/b/first second; ln -s /etc/passwd link; chown -h 5:6 link; ln -s nowhere a/broken
                mkfifo -m 622 fifo; mknod -m 640 null c 1 300; mknod block b 259 70000
                truncate -s 50M sparse; echo middle | dd of=sparse bs=1M seek=20 conv=notrunc status=none
                head -c 3000000 /dev/urandom > big
                : > zero; chmod 000 zero
                touch -d '2001-02-03 04:05:06.123456789' a/file a link -h a/b
                printf 'x' > "$(printf 'bad\\377name')"
                """.formatted(from));
        setXattr(from.resolve("a/file"), "user.test", "value");
        setXattr(from.resolve("a"), "trusted.overlay.opaque", "y");
        setXattr(from, "user.top", "1");
        var copied = copy();
        assertEquals(15, copied.entries());
        assertEquals("", difference());
        Files.delete(from.resolve("link"));
        Files.delete(to.resolve("link"));
        assertEquals("value", xattr(to.resolve("a/file"), "user.test"));
        assertEquals("y", xattr(to.resolve("a"), "trusted.overlay.opaque"));
        assertEquals("1", xattr(to, "user.top"));
        assertEquals(attribute(to.resolve("second"), "ino"), attribute(to.resolve("a/b/first"), "ino"));
        assertEquals(attribute(from.resolve("null"), "rdev"), attribute(to.resolve("null"), "rdev"));
        assertEquals(attribute(from.resolve("block"), "rdev"), attribute(to.resolve("block"), "rdev"));
        try (var file = Open.path(to.resolve("sparse"))) {
            assertTrue(file.stat().blocks() * 512 < 5 << 20);
        }
    }

    /// By another program's eyes: everything that find(1) can print, and the contents.
    private String difference() throws Exception {
        var list =
                "find . -printf '%p %y %m %U %G %s %T@ %l %n\\n' | sed -E '/ d /s/ [0-9]+ ([0-9.]+)  /  \\1 /' | sort";
        run("cd %s; %s > %s/1; cd %s; %s > %s/2; cd %s".formatted(from, list, dir, to, list, dir, dir));
        return run(
                "cd %s; diff 1 2; diff -r --no-dereference from/a to/a; cmp from/big to/big; cmp from/sparse to/sparse"
                        .formatted(dir));
    }

    private static String run(String script) throws Exception {
        var process = new ProcessBuilder("/bin/sh", "-c", script)
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return text;
    }

    private static void setXattr(Path path, String name, String value) {
        try (var file = Open.path(path)) {
            Xattrs.set(file, name, value.getBytes());
        }
    }

    private static String xattr(Path path, String name) {
        try (var file = Open.path(path)) {
            return new String(Xattrs.get(file, name).orElseThrow());
        }
    }

    @Test
    void copy_manyDirectories_thenRemove() throws Exception {
        for (int i = 0; i < 60; i++) {
            var inner = Files.createDirectories(from.resolve("d" + i % 7 + "/e" + i + "/f"));
            for (int j = 0; j < 30; j++) {
                Files.writeString(inner.resolve("file" + j), "content " + j);
            }
        }
        assertEquals(60 * 30 + 60 * 2 + 7, copy().entries());
        assertEquals("", run("diff -r %s %s".formatted(from, to)));
        try (var parent = DirFd.open(dir)) {
            assertTrue(Trees.remove(parent, "to"));
            assertFalse(Trees.remove(parent, "to"));
        }
        assertFalse(Files.exists(to));
    }

    @Test
    void copy_intoWhatIsNotEmpty() throws Exception {
        Files.writeString(from.resolve("x"), "1");
        Files.writeString(to.resolve("x"), "2");
        var failure = assertThrows(SyscallException.class, this::copy);
        assertEquals("openat(2) x: EEXIST, file exists", failure.getMessage());
    }

    @Test
    void remove_followsNoLink() throws Exception {
        var outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("keep"), "1");
        Files.createSymbolicLink(from.resolve("link"), outside);
        Files.createSymbolicLink(dir.resolve("top"), outside);
        try (var parent = DirFd.open(dir)) {
            assertTrue(Trees.remove(parent, "from"));
            assertTrue(Trees.remove(parent, "top"));
        }
        assertTrue(Files.exists(outside.resolve("keep")));
    }

    @Test
    void remove_veryDeep() throws Exception {
        int before = Host.openDescriptors();
        run("cd %s; for i in $(seq 400); do mkdir d; echo x > f; cd d; done".formatted(from));
        try (var parent = DirFd.open(dir)) {
            assertTrue(Trees.remove(parent, "from"));
        }
        assertFalse(Files.exists(from));
        assertEquals(before, Host.openDescriptors());
    }

    @Test
    void clear_keepsTheDirectory() throws Exception {
        Files.createDirectories(from.resolve("a/b/c"));
        Files.writeString(from.resolve("a/x"), "1");
        try (var at = DirFd.open(from)) {
            Trees.clear(at);
            assertEquals(List.of(), at.list());
        }
    }

    @Test
    void remove_immutable() throws Exception {
        Host.needsRoot();
        Host.needsFile("/usr/bin/chattr");
        Files.createDirectories(from.resolve("a"));
        Files.writeString(from.resolve("a/x"), "1");
        run("chattr +i %s/a/x %s/a".formatted(from, from));
        try (var parent = DirFd.open(dir)) {
            assertTrue(Trees.remove(parent, "from"));
        }
        assertFalse(Files.exists(from));
    }

    @Test
    void remove_neverEmptiesAMount() throws Exception {
        Host.needsRoot();
        NamespaceThread.inNewMounts(() -> {
            Mounts.change(Path.of("/"), true, Set.of(), Set.of(), Optional.of(Propagation.PRIVATE));
            Files.createDirectory(from.resolve("mount"));
            Files.writeString(to.resolve("keep"), "1");
            Mounts.bind(to, from.resolve("mount"), false, Set.of());
            try (var parent = DirFd.open(dir)) {
                var failure = assertThrows(SyscallException.class, () -> Trees.remove(parent, "from"));
                assertTrue(failure.is(Errno.EXDEV));
            }
            Mounts.detach(from.resolve("mount"));
            return null;
        });
        assertTrue(Files.exists(to.resolve("keep")));
    }
}
