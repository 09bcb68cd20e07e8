package io.lightvisor.image.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A file that is written through a filter, or straight.
final class PackedFile implements AutoCloseable {
    private static final int GRACE_SECONDS = 10;
    private static final int MAX_SAID = 4096;

    private final FileChannel file;
    private final @Nullable Process filter;
    private final @Nullable OutputStream into;
    private byte[] copy = new byte[0];

    private PackedFile(FileChannel file, @Nullable Process filter) {
        this.file = file;
        this.filter = filter;
        this.into = filter == null ? null : filter.getOutputStream();
    }

    /// Makes a new file that only root may read.
    static PackedFile create(Path path, Packing packing) throws IOException {
        var file = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (packing.command().isEmpty()) {
            return new PackedFile(file, null);
        }
        try {
            var builder = new ProcessBuilder(packing.command())
                    .redirectOutput(path.toFile())
                    .directory(Path.of("/").toFile());
            var search = System.getenv().getOrDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
            builder.environment().clear();
            builder.environment().put("PATH", search);
            builder.environment().put("LC_ALL", "C.UTF-8");
            return new PackedFile(file, builder.start());
        } catch (IOException e) {
            file.close();
            throw new IOException(
                    "cannot start " + packing.command().getFirst() + "; install the package that has it", e);
        }
    }

    void write(ByteBuffer bytes) throws IOException {
        if (into == null) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            return;
        }
        if (copy.length < bytes.remaining()) {
            copy = new byte[bytes.capacity()];
        }
        int count = bytes.remaining();
        bytes.get(copy, 0, count);
        try {
            into.write(copy, 0, count);
        } catch (IOException e) {
            throw new IOException("packing failed: " + said(), e);
        }
    }

    /// Waits for the filter; the file is whole then.
    void finish() throws IOException, InterruptedException {
        if (filter == null || into == null) {
            return;
        }
        into.close();
        int status = filter.waitFor();
        if (status != 0) {
            throw new IOException("packing failed: " + said());
        }
    }

    private String said() {
        if (filter == null) {
            return "";
        }
        try {
            var text = new String(filter.getErrorStream().readNBytes(MAX_SAID), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "the filter ended" : text;
        } catch (IOException | UncheckedIOException e) {
            return "the filter ended";
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (filter == null || !filter.isAlive()) {
            return;
        }
        filter.destroy();
        try {
            if (!filter.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                filter.destroyForcibly();
            }
        } catch (InterruptedException e) {
            filter.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
