package io.lightvisor.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Trees;
import io.lightvisor.linux.mount.Mounts;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives that want out. Beside the folder that they are unpacked into lies a canary that must stay as it is.
final class HostileImageTest {
    private static final Fingerprint NAME = new Fingerprint("e".repeat(64));

    @TempDir
    Path folder;

    private Path canary;
    private Path into;

    @BeforeEach
    void layOut() throws IOException {
        canary = Files.createDirectory(folder.resolve("canary"));
        Files.writeString(canary.resolve("bird"), "alive");
        into = Files.createDirectory(folder.resolve("into"));
    }

    @AfterEach
    void canaryLives() throws IOException {
        try (var all = Files.walk(canary)) {
            assertEquals(List.of(canary, canary.resolve("bird")), all.sorted().toList());
        }
        assertEquals("alive", Files.readString(canary.resolve("bird")));
        try (var beside = Files.list(folder)) {
            var names =
                    beside.map(each -> each.getFileName().toString()).sorted().toList();
            assertTrue(
                    names.stream().allMatch(Set.of("canary", "into", "image.tar", "root.tar")::contains),
                    names::toString);
        }
        try (var directory = DirFd.open(folder)) {
            Trees.clear(directory);
        }
    }

    private void unpack(byte[] archive) {
        try {
            var file = folder.resolve("image.tar");
            Files.write(file, archive);
            new Images(folder).unpack(new ImageFiles(NAME, file, Optional.empty()), into, Progress.NONE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void refused(TestTar archive, String... says) {
        var e = assertThrows(ProblemException.class, () -> unpack(archive.bytes()));
        assertInstanceOf(Problem.BadRequest.class, e.problem(), e.getMessage());
        for (var word : says) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
        try (var directory = DirFd.open(into)) {
            Trees.clear(directory);
        }
    }

    @Test
    void unpack_namesThatLeadOut() {
        refused(TestTar.image().file("/tmp/evil", "x"), "\"/tmp/evil\"", "absolute");
        refused(TestTar.image().file("rootfs/../../canary/evil", "x"), "\"rootfs/../../canary/evil\"", "..");
        refused(TestTar.image().file("..", "x"), "..");
        refused(TestTar.image().pax("path", "rootfs/../../canary/evil").file("rootfs/x", "x"), "..");
        refused(TestTar.image().longName("rootfs/../../canary/evil").file("rootfs/x", "x"), "..");
        refused(TestTar.image().pax("path", "rootfs/a\0b").file("rootfs/x", "x"), "NUL");
    }

    @Test
    void unpack_throughALinkOfItsOwn() {
        refused(
                TestTar.image().symlink("rootfs/out", canary.toString()).file("rootfs/out/evil", "x"),
                "rootfs/out/evil",
                "link");
        refused(TestTar.image().symlink("rootfs/out", "../../canary").file("rootfs/out/evil", "x"), "rootfs/out/evil");
        refused(TestTar.image().symlink("rootfs/out", "../../canary").folder("rootfs/out/evil/"), "rootfs/out/evil");
        refused(
                TestTar.image().symlink("rootfs/out", "../../canary").symlink("rootfs/out/bird", "x"),
                "rootfs/out/bird");
        refused(TestTar.image().file("rootfs/file", "x").file("rootfs/file/under", "x"), "rootfs/file/under");
    }

    @Test
    void unpack_overALinkOfItsOwn() throws Exception {
        unpack(TestTar.image()
                .symlink("rootfs/bird", canary.resolve("bird").toString())
                .file("rootfs/bird", "replaced")
                .bytes());
        assertEquals(
                "replaced", Files.readString(into.resolve("rootfs/bird"), java.nio.charset.StandardCharsets.UTF_8));
        assertFalse(Files.isSymbolicLink(into.resolve("rootfs/bird")));
    }

    @Test
    void unpack_folderOverALink() {
        refused(TestTar.image().symlink("rootfs/out", "../../canary").folder("rootfs/out/"), "rootfs/out");
        refused(TestTar.image().folder("rootfs/dir/").symlink("rootfs/dir", "../../canary"), "rootfs/dir");
        refused(TestTar.image().folder("rootfs/dir/").file("rootfs/dir", "x"), "rootfs/dir");
    }

    @Test
    void unpack_hardLinksThatLeadOut() {
        refused(TestTar.image().hardLink("rootfs/x", "/etc/shadow"), "absolute");
        refused(TestTar.image().hardLink("rootfs/x", "rootfs/../../canary/bird"), "..");
        refused(TestTar.image().hardLink("rootfs/x", "metadata.yaml"), "outside the root file system");
        refused(TestTar.image().hardLink("rootfs/x", "rootfs/missing"), "rootfs/missing");
        refused(TestTar.image().hardLink("rootfs/x", "rootfs/no/such"), "rootfs/no/such");
        refused(TestTar.image().folder("rootfs/d/").hardLink("rootfs/x", "rootfs/d"), "rootfs/d");
        refused(
                TestTar.image().symlink("rootfs/out", canary.toString()).hardLink("rootfs/x", "rootfs/out/bird"),
                "rootfs/x");
        refused(TestTar.image().file("rootfs/a", "x").folder("templates/").hardLink("templates/x", "rootfs/a"));
    }

    @Test
    void unpack_partsOfTheImageThatAreLinks() {
        refused(new TestTar().file("metadata.yaml", TestTar.METADATA).symlink("rootfs", canary.toString()), "rootfs");
        refused(TestTar.image().symlink("templates", canary.toString()), "templates");
        refused(TestTar.image().folder("templates/").symlink("templates/x.tpl", "/etc/shadow"), "templates/x.tpl");
        refused(TestTar.image().symlink("metadata.yaml", "/etc/shadow"), "metadata.yaml");
        refused(new TestTar().file("metadata.yaml", TestTar.METADATA).file("rootfs", "x"), "rootfs");
        refused(new TestTar().file("metadata.yaml", TestTar.METADATA), "no rootfs");
    }

    @Test
    void unpack_devices() throws Exception {
        refused(TestTar.image().device("rootfs/etc/disk", '4'), "rootfs/etc/disk".substring(7), "device");
        refused(TestTar.image().device("rootfs/devices", '3'), "devices");
        refused(TestTar.image().device("templates/x", '3'));
        unpack(TestTar.image()
                .folder("rootfs/dev/")
                .device("rootfs/dev/null", '3')
                .device("rootfs/dev/sda", '4')
                .device("rootfs/run/initctl", '6')
                .bytes());
        assertEquals(0, into.resolve("rootfs/dev").toFile().list().length);
        int mode = (int) Files.getAttribute(into.resolve("rootfs/run/initctl"), "unix:mode", LinkOption.NOFOLLOW_LINKS);
        assertEquals(0010666, mode);
    }

    @Test
    void unpack_ofASparseTebibyte() {
        refused(TestTar.image().oldSparse("rootfs/huge", 1L << 40), "rootfs/huge", "1099511627776");
        refused(
                TestTar.image()
                        .pax(
                                "GNU.sparse.major", "1",
                                "GNU.sparse.minor", "0",
                                "GNU.sparse.name", "rootfs/huge",
                                "GNU.sparse.realsize", "1099511627776")
                        .file("rootfs/GNUSparseFile.0/huge", "1\n0\n512\n" + "\0".repeat(504) + "d".repeat(512)),
                "rootfs/huge",
                "1099511627776");
    }

    @Test
    void unpack_ofSparseMapsThatLie() {
        refused(
                TestTar.image()
                        .pax("GNU.sparse.major", "1", "GNU.sparse.name", "rootfs/x", "GNU.sparse.realsize", "100")
                        .file("rootfs/x", "1\n4096\n512\n" + "\0".repeat(501) + "d".repeat(512)),
                "sparse map");
        refused(
                TestTar.image()
                        .pax("GNU.sparse.major", "1", "GNU.sparse.name", "rootfs/x", "GNU.sparse.realsize", "100")
                        .file("rootfs/x", "99999999\n" + "\0".repeat(503)),
                "pieces");
        refused(
                TestTar.image()
                        .pax("GNU.sparse.major", "1", "GNU.sparse.name", "../canary/x", "GNU.sparse.realsize", "0")
                        .file("rootfs/x", "0\n" + "\0".repeat(510)),
                "..");
    }

    @Test
    void unpack_ofABomb() throws Exception {
        var file = folder.resolve("image.tar");
        try (var raw = Files.newOutputStream(file)) {
            raw.write(TestTar.gzip(TestTar.image()
                    .entry("rootfs/zero", '0', 0644, 6L << 30, "", new byte[0])
                    .endless()));
            var member = TestTar.gzip(new byte[64 << 20]);
            for (int i = 0; i < 96; i++) {
                raw.write(member);
            }
        }
        Mounts.mount("bomb", into, "tmpfs", Set.of(), "size=40m");
        try {
            var e = assertThrows(
                    ProblemException.class,
                    () -> new Images(folder).unpack(new ImageFiles(NAME, file, Optional.empty()), into, Progress.NONE));
            assertTrue(e.getMessage().contains("rootfs/zero"), e.getMessage());
            assertTrue(e.getMessage().contains("room"), e.getMessage());
        } finally {
            Mounts.detach(into);
        }
    }

    @Test
    void unpack_ontoAFullDisk() throws Exception {
        var archive = TestTar.image();
        for (int i = 0; i < 60; i++) {
            archive.file("rootfs/f" + i, "x".repeat(50_000));
        }
        Mounts.mount("full", into, "tmpfs", Set.of(), "size=2m");
        try {
            var e = assertThrows(ProblemException.class, () -> unpack(archive.bytes()));
            assertInstanceOf(Problem.Failed.class, e.problem());
            assertTrue(e.getMessage().contains("no space left"), e.getMessage());
            assertTrue(e.getMessage().contains("free"), e.getMessage());
            assertTrue(e.getMessage().contains("rootfs/f"), e.getMessage());
        } finally {
            Mounts.detach(into);
        }
    }

    @Test
    void unpack_longNames() throws Exception {
        refused(TestTar.image().longName("rootfs/" + "n".repeat(256)).file("x", "x"), "255");
        refused(TestTar.image().longName("rootfs/" + "dir/".repeat(1500) + "x").file("x", "x"), "longer");
        var deep = "rootfs/" + "d/".repeat(500) + "n".repeat(255);
        unpack(TestTar.image().longName(deep).file("x", "deep").bytes());
        assertEquals("deep", Files.readString(into.resolve(deep)));
    }

    @Test
    void unpack_namesThatAreNotUtf8_areKept() throws Exception {
        var name = io.lightvisor.linux.FileNames.decode(new byte[] {'c', 'a', 'f', (byte) 0xe9});
        unpack(TestTar.image().file("rootfs/" + name, "latin").bytes());
        try (var root = DirFd.open(into.resolve("rootfs"))) {
            assertEquals(name, root.list().getFirst().name());
        }
    }

    @Test
    void unpack_cutShort() {
        var whole = TestTar.image()
                .file("rootfs/a", "x".repeat(5000))
                .file("rootfs/b", "y")
                .bytes();
        for (int length : new int[] {1600, 3000, 5000, 8000}) {
            var e = assertThrows(ProblemException.class, () -> unpack(java.util.Arrays.copyOf(whole, length)));
            assertTrue(e.getMessage().contains("cut short"), e.getMessage());
            try (var directory = DirFd.open(into)) {
                Trees.clear(directory);
            }
        }
        var gzip = TestTar.gzip(whole);
        var e = assertThrows(ProblemException.class, () -> unpack(java.util.Arrays.copyOf(gzip, gzip.length - 4)));
        assertTrue(e.getMessage().contains("cut short"), e.getMessage());
    }

    @Test
    void unpack_damaged() {
        var whole = TestTar.image().file("rootfs/a", "x".repeat(5000)).bytes();
        whole[1536 + 20] ^= 1;
        var e = assertThrows(ProblemException.class, () -> unpack(whole));
        assertTrue(e.getMessage().contains("checksum"), e.getMessage());
        refused(TestTar.image().entry("rootfs/x", 'Z', 0644, 0, "", new byte[0]), "kind");
        refused(TestTar.image().pax("uid", "4294967295").file("rootfs/x", "x"), "owner");
        refused(TestTar.image().pax("uid", "-1").file("rootfs/x", "x"));
        refused(TestTar.image().pax("SCHILY.acl.access", "user:alice:rwx").file("rootfs/x", "x"), "rootfs/x");
    }

    /// Damage of every kind, by chance: nothing but a problem may come of it.
    @Test
    void unpack_ofRandomDamage() throws Exception {
        var random = new java.util.Random(42);
        var good = TestTar.image()
                .pax("path", "rootfs/long", "mtime", "1600000000.5", "SCHILY.xattr.user.a", "b")
                .file("x", "x".repeat(700))
                .oldSparse("rootfs/sparse", 100_000)
                .symlink("rootfs/l", "a")
                .hardLink("rootfs/h", "rootfs/long")
                .bytes();
        for (int i = 0; i < 2000; i++) {
            var bad = good.clone();
            int hits = 1 + random.nextInt(4);
            for (int k = 0; k < hits; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                unpack(bad);
            } catch (ProblemException e) {
                assertFalse(e.problem().what().isEmpty());
            }
            try (var directory = DirFd.open(into)) {
                Trees.clear(directory);
            }
        }
    }

    /// What GNU tar packs of a real tree comes out the same, attribute by attribute.
    @Test
    void unpack_keepsEverything() throws Exception {
        var tree = Files.createDirectories(into.resolve("tree/rootfs"));
        run("sh", "-c", """
                set -e; cd "$1"; echo 'architecture: x86_64' > ../metadata.yaml; echo 'creation_date: 1' >> ../metadata.yaml
                echo plain > plain; chmod 640 plain; chown 12:34 plain; touch -d '2001-02-03 04:05:06.789' plain
                echo suid > suid; chown 5:6 suid; chmod 6755 suid
                ln plain hard; ln -s plain soft; chown -h 7:8 soft
                truncate -s 3M holes; printf data | dd of=holes bs=1 seek=1000000 conv=notrunc status=none; printf end >> holes
                mkfifo pipe; mkdir -p dir/sub; chmod 2775 dir; chown 9:10 dir; echo x > dir/sub/f; chmod 1777 dir/sub
                setfattr -n user.hello -v world plain 2>/dev/null || python3 -c 'import os; os.setxattr("plain","user.hello",b"world")'
                python3 -c 'import os; os.setxattr("suid","security.capability",bytes.fromhex("0100000200040000000000000000000000000000"))'
                setfacl -m u:1234:rw,g:99:r plain 2>/dev/null || python3 - <<'P'
                import os,struct
                e=[(1,6,-1),(2,6,1234),(4,4,-1),(8,4,99),(16,6,-1),(32,0,-1)]
                os.setxattr("plain","system.posix_acl_access",struct.pack("<I",2)+b"".join(struct.pack("<HHi",*x) for x in e))
                P
                touch -d '2002-01-01' dir dir/sub
                """, "sh", tree.toString());
        var formats = new ArrayList<>(List.of("--format=pax", "--format=gnu"));
        for (var format : formats) {
            var file = folder.resolve("image.tar");
            run(
                    "tar",
                    "-C",
                    tree.getParent().toString(),
                    format,
                    "--sparse",
                    "--xattrs",
                    "--xattrs-include=*",
                    "--acls",
                    "--numeric-owner",
                    "-cf",
                    file.toString(),
                    "metadata.yaml",
                    "rootfs");
            var out = Files.createDirectory(into.resolve("out"));
            new Images(folder).unpack(new ImageFiles(NAME, file, Optional.empty()), out, Progress.NONE);
            assertEquals(describe(tree, format), describe(out.resolve("rootfs"), format));
            run("rm", "-rf", out.toString());
        }
    }

    private static String describe(Path tree, String format) throws Exception {
        return run("python3", "-c", """
                import os, sys
                os.chdir(sys.argv[1]); gnu = sys.argv[2] == "--format=gnu"
                for d, ds, fs in os.walk("."):
                    ds.sort()
                    for n in sorted(ds + fs):
                        p = os.path.join(d, n); s = os.lstat(p)
                        x = [] if os.path.islink(p) or gnu else sorted((k, os.getxattr(p, k).hex()) for k in os.listxattr(p))
                        holes = s.st_blocks * 512 < s.st_size
                        data = open(p, "rb").read().__hash__() and __import__("hashlib").sha256(open(p, "rb").read()).hexdigest() if os.path.isfile(p) and not os.path.islink(p) else ""
                        mode = s.st_mode if not (gnu and n == "plain") and not (gnu and n == "hard") else 0
                        print(p, oct(mode), s.st_uid, s.st_gid, s.st_nlink, s.st_size if not os.path.isdir(p) else 0, int(s.st_mtime) if gnu else s.st_mtime_ns, x, holes, data, os.readlink(p) if os.path.islink(p) else "")
                """, tree.toString(), format);
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
