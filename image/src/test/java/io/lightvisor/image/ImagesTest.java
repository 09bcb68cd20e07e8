package io.lightvisor.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImagesTest {
    @TempDir
    Path lxdDir;

    private Images images;

    @BeforeEach
    void open() {
        images = new Images(lxdDir);
        images.recover();
    }

    /// Whatever a test did, no remains of an upload are left.
    @AfterEach
    void nothingIsLeft() throws IOException {
        try (var all = Files.list(lxdDir.resolve("images"))) {
            assertEquals(
                    List.of(),
                    all.filter(each -> each.getFileName().toString().startsWith("."))
                            .toList());
        }
    }

    private ImportedImage importUnified(byte[] file) {
        try (var upload = images.receive()) {
            upload.metadata(new ByteArrayInputStream(file), "dir/test.tar");
            var staged = upload.inspect(Optional.empty());
            staged.keep();
            return staged.image();
        }
    }

    private ImportedImage importSplit(byte[] metadata, byte[] rootfs) {
        try (var upload = images.receive()) {
            upload.metadata(new ByteArrayInputStream(metadata), "meta.tar");
            upload.rootfs(new ByteArrayInputStream(rootfs), "root.squashfs");
            var staged = upload.inspect(Optional.empty());
            staged.keep();
            return staged.image();
        }
    }

    private Path unpack(Fingerprint fingerprint) throws IOException {
        var into = Files.createTempDirectory(lxdDir, "unpacked");
        images.unpack(images.files(fingerprint), into, Progress.NONE);
        return into;
    }

    static String sha256(byte[]... parts) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        for (var part : parts) {
            digest.update(part);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static byte[] filter(byte[] bytes, String... command) throws Exception {
        var in = Files.createTempFile("filter", "in");
        try {
            Files.write(in, bytes);
            var process = new ProcessBuilder(command).redirectInput(in.toFile()).start();
            var out = process.getInputStream().readAllBytes();
            assertEquals(0, process.waitFor());
            return out;
        } finally {
            Files.delete(in);
        }
    }

    private static final byte[] GOOD = TestTar.image()
            .folder("templates/")
            .file("templates/hostname.tpl", "{{ container.name }}\n")
            .folder("rootfs/etc/")
            .file("rootfs/etc/hostname", "image\n")
            .symlink("rootfs/bin", "usr/bin")
            .hardLink("rootfs/etc/other", "rootfs/etc/hostname")
            .file("something-else", "passed over")
            .bytes();

    @ParameterizedTest
    @CsvSource({"gzip,.tar.gz", "xz,.tar.xz", "zstd,.tar.zst", "bzip2,.tar.bz2", "cat,.tar", "lzma,.tar.lzma"})
    void inspect_andUnpackOfEveryCompression(String tool, String extension) throws Exception {
        var file = tool.equals("lzma") ? filter(GOOD, "xz", "-F", "lzma", "-c") : filter(GOOD, tool);
        if (tool.equals("xz") || tool.equals("zstd") || tool.equals("gzip")) {
            file = filter(GOOD, tool, "-c");
        }

        var image = importUnified(file);

        assertEquals(sha256(file), image.fingerprint().value());
        assertEquals(file.length, image.size());
        assertEquals("test.tar", image.filename());
        assertEquals(Architecture.X86_64, image.architecture());
        assertEquals(Instant.ofEpochSecond(1_700_000_000), image.createdAt());
        assertEquals(Instant.EPOCH, image.expiresAt());
        assertEquals(Map.of("os", "Test", "release", "12"), image.properties());
        var export = images.export(image.fingerprint());
        assertEquals(1, export.size());
        assertEquals(image.fingerprint() + extension, export.getFirst().filename());
        assertArrayEquals(file, Files.readAllBytes(export.getFirst().file()));

        var unpacked = unpack(image.fingerprint());
        assertEquals("image\n", Files.readString(unpacked.resolve("rootfs/etc/other")));
        assertEquals("{{ container.name }}\n", Files.readString(unpacked.resolve("templates/hostname.tpl")));
        assertEquals(Path.of("usr/bin"), Files.readSymbolicLink(unpacked.resolve("rootfs/bin")));
        assertEquals(
                Files.getAttribute(unpacked.resolve("rootfs/etc/hostname"), "unix:ino"),
                Files.getAttribute(unpacked.resolve("rootfs/etc/other"), "unix:ino"));
        assertFalse(Files.exists(unpacked.resolve("something-else")));
    }

    private byte[] squashfs(Path tree) throws Exception {
        var file = lxdDir.resolve("made.squashfs");
        Files.deleteIfExists(file);
        var process = new ProcessBuilder(
                        "mksquashfs", tree.toString(), file.toString(), "-quiet", "-no-progress", "-noappend")
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        return Files.readAllBytes(file);
    }

    @Test
    void inspect_andUnpackOfSquashfs() throws Exception {
        var tree = Files.createDirectories(lxdDir.resolve("tree/rootfs/etc"));
        Files.writeString(tree.resolve("hostname"), "image\n");
        Files.writeString(lxdDir.resolve("tree/metadata.yaml"), TestTar.METADATA);

        var image = importUnified(squashfs(lxdDir.resolve("tree")));

        assertEquals("Test", image.properties().get("os"));
        var unpacked = unpack(image.fingerprint());
        assertEquals("image\n", Files.readString(unpacked.resolve("rootfs/etc/hostname")));
        assertEquals(
                List.of("metadata.yaml", "rootfs"),
                Arrays.stream(unpacked.toFile().list()).sorted().toList());
    }

    @Test
    void inspect_ofSquashfsWithALinkedMetadata() throws Exception {
        Files.createDirectories(lxdDir.resolve("tree/rootfs"));
        Files.writeString(lxdDir.resolve("tree/real.yaml"), TestTar.METADATA);
        Files.createSymbolicLink(lxdDir.resolve("tree/metadata.yaml"), Path.of("real.yaml"));
        var file = squashfs(lxdDir.resolve("tree"));
        assertThrows(ProblemException.class, () -> importUnified(file));
    }

    @Test
    void unpack_ofSquashfsWithADeviceOutsideDev() throws Exception {
        var tree = Files.createDirectories(lxdDir.resolve("tree/etc"));
        assertEquals(
                0,
                new ProcessBuilder("mknod", tree + "/disk", "b", "8", "0")
                        .start()
                        .waitFor());
        var file = squashfs(lxdDir.resolve("tree"));
        var image = importSplit(
                new TestTar().file("metadata.yaml", TestTar.METADATA).bytes(), file);
        var e = assertThrows(ProblemException.class, () -> unpack(image.fingerprint()));
        assertTrue(e.getMessage().contains("etc/disk"), e.getMessage());
    }

    @Test
    void inspect_andUnpackOfSplitImages() throws Exception {
        var metadata = TestTar.gzip(new TestTar()
                .file("./metadata.yaml", TestTar.METADATA)
                .folder("./templates/")
                .file("./templates/x.tpl", "x")
                .bytes());
        var rootfs = TestTar.gzip(new TestTar()
                .entry("./", '5', 0711, 0, "", new byte[0])
                .folder("./etc/")
                .file("./etc/hostname", "split\n")
                .hardLink("./etc/other", "./etc/hostname")
                .device("./dev/null", '3')
                .bytes());

        var image = importSplit(metadata, rootfs);

        assertEquals(sha256(metadata, rootfs), image.fingerprint().value());
        assertEquals(metadata.length + rootfs.length, image.size());
        assertEquals("root.squashfs", image.filename());
        var export = images.export(image.fingerprint());
        assertEquals("meta-" + image.fingerprint() + ".tar.gz", export.get(0).filename());
        assertEquals(image.fingerprint() + ".tar.gz", export.get(1).filename());
        assertEquals("rootfs", export.get(1).name());
        var unpacked = unpack(image.fingerprint());
        assertEquals("split\n", Files.readString(unpacked.resolve("rootfs/etc/other")));
        assertEquals("x", Files.readString(unpacked.resolve("templates/x.tpl")));
        assertEquals(0711, (int) Files.getAttribute(unpacked.resolve("rootfs"), "unix:mode") & 07777);
        assertFalse(Files.exists(unpacked.resolve("rootfs/dev/null")), "devices in dev/ are passed over");

        images.delete(image.fingerprint());
        images.delete(image.fingerprint());
        assertThrows(ProblemException.class, () -> images.files(image.fingerprint()));
        assertEquals(0, Files.list(lxdDir.resolve("images")).count());
    }

    @Test
    void inspect_ofTheWrongFingerprint() {
        try (var upload = images.receive()) {
            upload.metadata(new ByteArrayInputStream(GOOD), "x");
            var e = assertThrows(
                    ProblemException.class, () -> upload.inspect(Optional.of(new Fingerprint("0".repeat(64)))));
            assertTrue(e.getMessage().contains("fingerprint"), e.getMessage());
        }
    }

    @Test
    void receive_ofAClientThatVanishes_leavesNothing() {
        try (var upload = images.receive()) {
            var broken = new FilterInputStream(new ByteArrayInputStream(GOOD)) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (available() < 1000) {
                        throw new IOException("connection reset");
                    }
                    return super.read(into, offset, 500);
                }
            };
            var e = assertThrows(ProblemException.class, () -> upload.metadata(broken, "x"));
            assertTrue(e.getMessage().contains("connection reset"), e.getMessage());
        }
    }

    @Test
    void recover_removesWhatACrashLeft() throws Exception {
        Files.writeString(lxdDir.resolve("images/.upload-1-2-3"), "half");
        new Images(lxdDir).recover();
        assertFalse(Files.exists(lxdDir.resolve("images/.upload-1-2-3")));
    }

    // ---- what is no image

    private void refused(byte[] file, String... says) {
        var e = assertThrows(ProblemException.class, () -> importUnified(file));
        assertInstanceOf(Problem.BadRequest.class, e.problem());
        for (var word : says) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
    }

    @Test
    void inspect_ofGarbage() throws Exception {
        var garbage = new byte[100_000];
        new java.util.Random(7).nextBytes(garbage);
        refused(garbage, "Unsupported compression");
        refused(new byte[0], "Unsupported compression");
        refused(new byte[2048], "Unsupported compression");
        garbage[0] = 0x1f;
        garbage[1] = (byte) 0x8b;
        refused(garbage);
        System.arraycopy(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}, 0, garbage, 0, 6);
        refused(garbage, "xz");
        System.arraycopy(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, 0, garbage, 0, 4);
        refused(garbage, "zstd");
        System.arraycopy(new byte[] {'h', 's', 'q', 's'}, 0, garbage, 0, 4);
        refused(garbage, "squashfs");
        refused(TestTar.gzip(garbage));
    }

    @Test
    void inspect_withoutMetadata() {
        refused(new TestTar().folder("rootfs/").bytes(), "Metadata tarball is missing metadata.yaml");
        refused(new TestTar().file("rootfs/metadata.yaml", "x").bytes(), "Metadata tarball is missing metadata.yaml");
    }

    @Test
    void inspect_cutShort() {
        var whole = TestTar.gzip(GOOD);
        refused(Arrays.copyOf(whole, 60), "cut short");
        refused(new TestTar().folder("rootfs/").endless(), "cut short", "rootfs");
        refused(
                Arrays.copyOf(
                        new TestTar().file("metadata.yaml", "x".repeat(2000)).bytes(), 1024),
                "cut short");
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            YAML                                                       | SAYS
            'creation_date: 1'                                         | Missing architecture
            'architecture: x86_64'                                     | Missing creation date
            'architecture: foo\ncreation_date: 1'                      | Architecture isn't supported: foo
            'architecture: [x\ncreation_date: 1'                       | Could not parse metadata.yaml
            'architecture: [x]\ncreation_date: 1'                      | Could not parse metadata.yaml
            'architecture: x86_64\ncreation_date: soon'                | Could not parse metadata.yaml
            'architecture: x86_64\ncreation_date: 99999999999999999'   | Could not parse metadata.yaml
            'architecture: x86_64\ncreation_date: 1\nproperties: [a]'  | Could not parse metadata.yaml
            'architecture: x86_64\ncreation_date: 1\nproperties: {a: {b: c}}' | Could not parse metadata.yaml
            'architecture: x86_64\ncreation_date: 1\ntemplates: {/etc/x: y}'  | Could not parse metadata.yaml
            '- a'                                                      | Could not parse metadata.yaml
            '!!java.net.URL [x]'                                       | Could not parse metadata.yaml
            """)
    void inspect_badMetadata(String yaml, String says) {
        refused(new TestTar().file("metadata.yaml", yaml.replace("\\n", "\n")).bytes(), says);
    }

    @Test
    void inspect_ofAYamlBomb() {
        var bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            char before = (char) (c - 1);
            bomb.append(c).append(": &").append(c).append(" [");
            bomb.append(("*" + before + ",").repeat(9)).append("]\n");
        }
        refused(new TestTar().file("metadata.yaml", bomb.toString()).bytes(), "Could not parse metadata.yaml");
    }

    @Test
    void inspect_hostileMetadata() {
        refused(new TestTar().symlink("metadata.yaml", "/etc/shadow").bytes(), "metadata.yaml", "plain file");
        refused(new TestTar().hardLink("metadata.yaml", "x").bytes(), "metadata.yaml", "plain file");
        refused(
                new TestTar()
                        .symlink("rootfs", "/etc")
                        .file("metadata.yaml", "x")
                        .bytes(),
                "rootfs",
                "folder");
        refused(
                new TestTar()
                        .file("metadata.yaml", "x: " + "y".repeat(2_000_000))
                        .bytes(),
                "metadata.yaml");
        refused(new TestTar().file("/metadata.yaml", TestTar.METADATA).bytes(), "absolute");
        refused(new TestTar().file("../metadata.yaml", TestTar.METADATA).bytes(), "..");
        refused(
                new TestTar()
                        .entry("metadata.yaml", '0', 0644, 1L << 40, "", new byte[512])
                        .bytes(),
                "metadata.yaml");
        refused(new TestTar().entry("x", 'L', 0644, 1L << 30, "", new byte[512]).bytes(), "header");
    }

    @Test
    void inspect_ofAVirtualMachine() throws Exception {
        refused(new TestTar().file("rootfs.img", "x").bytes(), "virtual machine");
        var e = assertThrows(
                ProblemException.class,
                () -> importSplit(
                        new TestTar().file("metadata.yaml", TestTar.METADATA).bytes(),
                        new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0}));
        assertInstanceOf(Problem.Unsupported.class, e.problem());
    }

    @Test
    void inspect_ofABombBeforeItsMetadata() throws Exception {
        // 8 GiB of nothing in 8 MB: refused long before its end.
        var bomb = lxdDir.resolve("bomb.gz");
        try (var raw = Files.newOutputStream(bomb)) {
            var member = TestTar.gzip(new byte[64 << 20]);
            var head = new ByteArrayOutputStream();
            head.writeBytes(new TestTar()
                    .entry("rootfs/zero", '0', 0644, 8L << 30, "", new byte[0])
                    .endless());
            raw.write(TestTar.gzip(head.toByteArray()));
            for (int i = 0; i < 128; i++) {
                raw.write(member);
            }
        }
        try (var upload = images.receive();
                var in = Files.newInputStream(bomb)) {
            upload.metadata(in, "bomb");
            var e = assertThrows(ProblemException.class, () -> upload.inspect(Optional.empty()));
            assertTrue(e.getMessage().contains("unpacks to more than"), e.getMessage());
        }
    }
}
