package io.lightvisor.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files put in place whole: written beside, synced, renamed, and the folder synced.
final class DurableFiles {
    private DurableFiles() {}

    /// Puts `beside` in the place of `file`.
    static void install(Path beside, Path file) throws IOException {
        sync(beside);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolderOf(file);
    }

    /// Gives a file another name.
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncFolderOf(to);
    }

    private static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void syncFolderOf(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
