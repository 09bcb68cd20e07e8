package io.lightvisor.image;

import io.lightvisor.linux.crypto.Sha256;
import io.lightvisor.model.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;

/// Writes streams to files and hashes all of them in their order: the fingerprint of an image.
final class ReceivedFile implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final Sha256 digest = new Sha256();
    private long size;

    void receive(InputStream in, Path to) throws IOException {
        var buffer = new byte[BUFFER];
        try (var out = FileChannel.open(
                to,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                size += count;
                var bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(false);
        }
    }

    /// Bytes of all files.
    long size() {
        return size;
    }

    /// The hash of all files, one after the other. Ends the hashing: ask once.
    Fingerprint fingerprint() {
        return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public void close() {
        digest.close();
    }
}
