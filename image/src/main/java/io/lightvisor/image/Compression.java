package io.lightvisor.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How a file of an image is packed, told by its first bytes; names say nothing.
public enum Compression {
    /// A plain tar archive.
    NONE("none", ".tar", List.of(), List.of()),
    GZIP("gzip", ".tar.gz", List.of(), List.of("gzip", "-n", "-c")),
    BZIP2("bzip2", ".tar.bz2", List.of("bzip2", "-d", "-c", "-q"), List.of("bzip2", "-c")),
    // A limit of memory, because the archive says how much its reader needs.
    XZ("xz", ".tar.xz", List.of("xz", "-d", "-c", "-q", "-T0", "-M", "1GiB"), List.of("xz", "-c", "-T0")),
    LZMA(
            "lzma",
            ".tar.lzma",
            List.of("xz", "-F", "lzma", "-d", "-c", "-q", "-M", "1GiB"),
            List.of("xz", "-F", "lzma", "-c")),
    ZSTD("zstd", ".tar.zst", List.of("zstd", "-d", "-c", "-q", "-M512MB"), List.of("zstd", "-c", "-q", "-T0")),
    LZ4("lz4", ".tar.lz4", List.of("lz4", "-d", "-c", "-q"), List.of("lz4", "-c")),
    /// A file system of its own; read by unsquashfs(1).
    SQUASHFS("squashfs", ".squashfs", List.of(), List.of());

    private static final int TAR_MAGIC_AT = 257;
    private static final int HEAD = 512;

    private final String wire;
    private final String extension;
    private final List<String> unpackCommand;
    private final List<String> packCommand;

    Compression(String wire, String extension, List<String> unpackCommand, List<String> packCommand) {
        this.wire = wire;
        this.extension = extension;
        this.unpackCommand = unpackCommand;
        this.packCommand = packCommand;
    }

    /// As in `images.compression_algorithm`.
    public String wire() {
        return wire;
    }

    /// The ending of a file's name: `.tar.xz`.
    public String extension() {
        return extension;
    }

    /// The filter that packs standard input; empty for no filter.
    List<String> packCommand() {
        return packCommand;
    }

    /// Reads the spelling of the API. Arguments behind a name (`zstd -19`) are no choice of a client.
    public static Optional<Compression> find(String text) {
        return Arrays.stream(values()).filter(each -> each.wire.equals(text)).findFirst();
    }

    /// What the file is; empty if it is nothing that an image can be made of.
    public static Optional<Compression> of(Path file) throws IOException {
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        return of(head);
    }

    static Optional<Compression> of(byte[] head) {
        if (starts(head, 0, 0x1f, 0x8b)) {
            return Optional.of(GZIP);
        }
        if (starts(head, 0, 'B', 'Z', 'h')) {
            return Optional.of(BZIP2);
        }
        if (starts(head, 0, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return Optional.of(XZ);
        }
        if (starts(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
            return Optional.of(ZSTD);
        }
        if (starts(head, 0, 0x04, 0x22, 0x4d, 0x18)) {
            return Optional.of(LZ4);
        }
        if (starts(head, 0, 'h', 's', 'q', 's')) {
            return Optional.of(SQUASHFS);
        }
        if (starts(head, 0, 0x5d, 0, 0)) {
            return Optional.of(LZMA);
        }
        if (starts(head, TAR_MAGIC_AT, 'u', 's', 't', 'a', 'r')) {
            return Optional.of(NONE);
        }
        return Optional.empty();
    }

    /// Whether this is the disk of a virtual machine (qcow2).
    static boolean isDisk(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return starts(in.readNBytes(4), 0, 'Q', 'F', 'I', 0xfb);
        }
    }

    private static boolean starts(byte[] head, int at, int... magic) {
        if (head.length < at + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[at + i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /// The unpacked bytes of a tar archive. Closing early ends the tool that unpacks.
    public InputStream open(Path file) throws IOException {
        return switch (this) {
            case NONE -> Files.newInputStream(file);
            case GZIP -> new GzipAhead(file);
            case BZIP2, XZ, LZMA, ZSTD, LZ4 -> new ToolStream(unpackCommand, file);
            case SQUASHFS -> throw new IllegalStateException("a squashfs is no stream");
        };
    }
}
