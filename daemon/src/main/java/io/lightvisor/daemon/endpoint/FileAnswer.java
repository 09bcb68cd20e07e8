package io.lightvisor.daemon.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of ours as the body of an answer, in pieces large enough that the calls between do not count.
///
/// @param size when the answer began; a file of ours does not change
record FileAnswer(Path file, long size) {
    private static final int PIECE = 1 << 20;

    static FileAnswer open(Path file) throws IOException {
        return new FileAnswer(file, Files.size(file));
    }

    void writeTo(OutputStream out) throws IOException {
        var piece = new byte[(int) Math.max(1, Math.min(PIECE, size))];
        try (var in = Files.newInputStream(file)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                out.write(piece, 0, count);
            }
        }
    }
}
