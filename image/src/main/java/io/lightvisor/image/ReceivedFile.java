package io.lightvisor.image;

import io.lightvisor.model.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// Writes streams to files and hashes all of them in their order: the fingerprint of an image.
final class ReceivedFile {
    private static final int BUFFER = 256 * 1024;

    private final MessageDigest digest = sha256();
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
