package io.lightvisor.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightvisor.image.backup.BackupReader;
import io.lightvisor.image.backup.BackupWriter;
import io.lightvisor.image.backup.IdShift;
import io.lightvisor.image.backup.Packing;
import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Trees;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Backups written and read again, and archives that lie. Beside the folder that they are unpacked into lies a canary
/// that must stay as it is.
final class BackupArchiveTest {
    @TempDir
    Path folder;

    private Path canary;
    private Path into;

    @BeforeEach
    void layOut() throws IOException {
        canary = Files.createDirectory(folder.resolve("canary"));
        Files.writeString(canary.resolve("bird"), "alive");
        into = Files.createDirectory(folder.resolve("into"));
        Files.createDirectory(into.resolve("rootfs"));
        Files.createDirectory(into.resolve("templates"));
    }

    @AfterEach
    void canaryLives() throws IOException {
        assertEquals("alive", Files.readString(canary.resolve("bird")));
        try (var all = Files.list(canary)) {
            assertEquals(List.of(canary.resolve("bird")), all.toList());
        }
        try (var directory = DirFd.open(folder)) {
            Trees.clear(directory);
        }
    }

    private void unpack(byte[] archive, IdShift shift, boolean overlay) throws IOException {
        var file = folder.resolve("backup.tar");
        Files.write(file, archive);
        BackupReader.of(file)
                .unpack(
                        List.of(new BackupReader.Target(
                                "container", into, into.resolve("rootfs"), shift, overlay, List.of("plain"))),
                        Progress.NONE);
    }

    private void refused(TestTar archive, String why) {
        var refusal = assertThrows(BadArchive.class, () -> unpack(archive.bytes(), IdShift.NONE, false));
        assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
    }

    private static TestTar root() {
        return new TestTar().folder("backup/container/rootfs/");
    }

    // ---- written and read

    private Path written(List<Path> layers, Packing packing) throws Exception {
        var source = Files.createDirectories(folder.resolve("source/templates")).getParent();
        Files.writeString(source.resolve("metadata.yaml"), "architecture: x86_64\n");
        Files.writeString(source.resolve("templates/a.tpl"), "tpl");
        var file = folder.resolve("made");
        Files.deleteIfExists(file);
        BackupWriter.write(
                file,
                packing,
                "name: c1\n".getBytes(),
                List.of(new BackupWriter.Part(
                        "container", source, "container: {}\n".getBytes(), layers, Set.of("plain"))),
                Progress.NONE);
        return file;
    }

    private void readBack(Path file) throws IOException {
        BackupReader.of(file)
                .unpack(
                        List.of(new BackupReader.Target(
                                "container", into, into.resolve("rootfs"), IdShift.NONE, false, List.of())),
                        Progress.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "gzip -1", "bzip2", "xz", "zstd"})
    void write_packed(String how) throws Exception {
        var packing = Packing.parse(how);
        assumeTrue(
                packing.command().isEmpty()
                        || Files.isExecutable(
                                Path.of("/usr/bin", packing.command().getFirst())),
                "needs " + how);
        var root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("f"), "text".repeat(100_000));
        var file = written(List.of(root), packing);
        assertEquals("name: c1\n", new String(BackupReader.of(file).index()));
        readBack(file);
        assertEquals(Files.readString(root.resolve("f")), Files.readString(into.resolve("rootfs/f")));
        assertEquals("tpl", Files.readString(into.resolve("templates/a.tpl")));
        assertTrue(Files.exists(into.resolve("metadata.yaml")));
    }

    @Test
    void write_allKindsOfFiles() throws Exception {
        var root = Files.createDirectory(folder.resolve("root"));
        String longName = "n".repeat(200);
        Files.createDirectories(root.resolve("d/" + longName));
        Files.writeString(root.resolve("d/" + longName + "/ä"), "deep");
        Files.createLink(root.resolve("hard"), root.resolve("d/" + longName + "/ä"));
        Files.createSymbolicLink(root.resolve("soft"), Path.of("/" + longName));
        try (var holes = new RandomAccessFile(root.resolve("holes").toFile(), "rw")) {
            holes.seek(5 << 20);
            holes.write(7);
            holes.setLength(10 << 20);
        }
        try (var open = DirFd.open(root)) {
            open.makeNode("fifo", 0010644, 0, 0);
            open.makeNode("null", 0020666, 1, 3);
            open.chown("hard", 3_000_000, 1000);
            Xattrs.set(open, "hard", "user.mine", new byte[] {1, 0, 2});
        }
        readBack(written(List.of(root), Packing.NONE));
        var copy = into.resolve("rootfs");
        assertEquals("deep", Files.readString(copy.resolve("d/" + longName + "/ä")));
        assertEquals(3_000_000, Files.getAttribute(copy.resolve("hard"), "unix:uid"));
        assertEquals(
                Files.getAttribute(copy.resolve("hard"), "unix:ino"),
                Files.getAttribute(copy.resolve("d/" + longName + "/ä"), "unix:ino"));
        assertEquals(Path.of("/" + longName), Files.readSymbolicLink(copy.resolve("soft")));
        assertEquals(10 << 20, Files.size(copy.resolve("holes")));
        try (var open = DirFd.open(copy)) {
            assertArrayEquals(
                    new byte[] {1, 0, 2}, Xattrs.get(open, "hard", "user.mine").orElseThrow());
            assertTrue(open.stat("holes").blocks() < 2048, "holes were filled");
            assertEquals(0010644, open.stat("fifo").mode());
            assertEquals(1, open.stat("null").rdevMajor());
        }
    }

    @Test
    void write_layers() throws Exception {
        var lower = Files.createDirectories(folder.resolve("lower/both/old"))
                .getParent()
                .getParent();
        var upper = Files.createDirectories(folder.resolve("upper/both")).getParent();
        Files.writeString(lower.resolve("gone"), "");
        Files.writeString(lower.resolve("both/kept"), "lower");
        Files.writeString(lower.resolve("both/changed"), "lower");
        Files.createDirectory(lower.resolve("fresh"));
        Files.writeString(lower.resolve("fresh/hidden"), "");
        Files.createDirectory(upper.resolve("fresh"));
        Files.writeString(upper.resolve("both/changed"), "upper");
        Files.createDirectory(upper.resolve("plain"));
        try (var open = DirFd.open(upper)) {
            open.makeNode("gone", 0020000, 0, 0);
            try (var plain = open.openChild("plain")) {
                plain.makeNode("guests", 0020000, 0, 0);
            }
            Xattrs.set(open, "plain", "user.overlay.opaque", "y".getBytes());
            Xattrs.set(open, "fresh", "user.overlay.opaque", "y".getBytes());
            Xattrs.set(open, "both", "user.overlay.overlay.opaque", "y".getBytes());
        }
        readBack(written(List.of(upper, lower), Packing.NONE));
        var copy = into.resolve("rootfs");
        assertFalse(Files.exists(copy.resolve("gone"), LinkOption.NOFOLLOW_LINKS));
        assertFalse(Files.exists(copy.resolve("fresh/hidden")));
        assertEquals("lower", Files.readString(copy.resolve("both/kept")));
        assertEquals("upper", Files.readString(copy.resolve("both/changed")));
        assertTrue(Files.isDirectory(copy.resolve("both/old")));
        try (var open = DirFd.open(copy)) {
            assertTrue(Xattrs.get(open, "fresh", "user.overlay.opaque").isEmpty());
            assertTrue(Xattrs.get(open, "both", "user.overlay.opaque").isPresent());
            assertTrue(open.openChild("plain").exists("guests"), "a guest's own whiteout was lost");
        }
    }

    // ---- archives that lie

    @Test
    void unpack_namesThatLeadOut() {
        refused(root().file("backup/container/rootfs/../../../canary/x", ""), "..");
        refused(root().file("/backup/container/rootfs/x", ""), "absolute");
        refused(root().file("backup/container/templates/../../canary/x", ""), "..");
    }

    @Test
    void unpack_throughLinks() {
        refused(
                root().symlink("backup/container/rootfs/out", canary.toString())
                        .file("backup/container/rootfs/out/x", ""),
                "through a link");
        refused(
                root().symlink("backup/container/rootfs/out", "../../canary")
                        .folder("backup/container/rootfs/out/dir/"),
                "through a link");
    }

    @Test
    void unpack_hardLinkOut() {
        refused(
                root().file("backup/container/metadata.yaml", "x")
                        .hardLink("backup/container/rootfs/x", "backup/container/metadata.yaml"),
                "outside");
        refused(root().hardLink("backup/container/rootfs/x", "/etc/passwd"), "absolute");
        refused(root().hardLink("backup/container/rootfs/x", "backup/snapshots/s0/rootfs/x"), "outside");
    }

    @Test
    void unpack_descriptionThatIsNoFile() {
        refused(root().symlink("backup/container/metadata.yaml", "/etc/passwd"), "no plain file");
        refused(root().symlink("backup/container/templates/x", "/etc/passwd"), "no plain file");
        refused(root().device("backup/container/templates/x", '3'), "no plain file");
    }

    @Test
    void unpack_cutShort() {
        byte[] whole =
                root().file("backup/container/rootfs/x", "y".repeat(5000)).bytes();
        var refusal =
                assertThrows(BadArchive.class, () -> unpack(java.util.Arrays.copyOf(whole, 2048), IdShift.NONE, false));
        assertTrue(String.valueOf(refusal.getMessage()).contains("cut short"), refusal::getMessage);
    }

    @Test
    void unpack_bomb() {
        byte[] bomb = TestTar.gzip(root().entry("backup/container/rootfs/x", '0', 0644, 1L << 50, "", new byte[0])
                .bytes());
        assertThrows(BadArchive.class, () -> unpack(bomb, IdShift.NONE, false));
    }

    @Test
    void unpack_withoutRoot() {
        refused(new TestTar().file("backup/container/backup.yaml", ""), "no backup/container/rootfs");
    }

    @Test
    void index_missing() throws Exception {
        var file = folder.resolve("backup.tar");
        Files.write(file, root().bytes());
        assertThrows(BadArchive.class, () -> BackupReader.of(file).index());
        Files.writeString(file, "hello");
        assertThrows(ProblemException.class, () -> BackupReader.of(file));
    }

    @Test
    void unpack_whiteoutIntoLayer() throws Exception {
        unpack(
                root().whiteout("backup/container/rootfs/w")
                        .whiteout("backup/container/rootfs/plain/w")
                        .file("backup/container/rootfs/f", "x")
                        .bytes(),
                IdShift.NONE,
                true);
        assertFalse(Files.exists(into.resolve("rootfs/w"), LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(into.resolve("rootfs/plain/w"), LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(into.resolve("rootfs/f")));
    }

    @Test
    void unpack_shifted() throws Exception {
        var shift = new IdShift(List.of(new IdShift.Range(true, true, 100_000, 0, 65_536)));
        unpack(
                root().pax("uid", "101000", "gid", "100000")
                        .file("backup/container/rootfs/f", "x")
                        .bytes(),
                shift,
                false);
        assertEquals(1000, Files.getAttribute(into.resolve("rootfs/f"), "unix:uid"));
        assertEquals(0, Files.getAttribute(into.resolve("rootfs/f"), "unix:gid"));
        // The folder's own 0 lies outside of the map.
        assertEquals(65_534, Files.getAttribute(into.resolve("rootfs"), "unix:uid"));
    }

    // ---- packing

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "squashfs",
                "gzip -o /etc/passwd",
                "zstd --output-dir-flat=/",
                "gzip; id",
                "/bin/sh",
                "xz --files",
                "",
                "none -9"
            })
    void parse_noPacking(String text) {
        assertThrows(ProblemException.class, () -> Packing.parse(text));
    }
}
