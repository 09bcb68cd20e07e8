package io.lightvisor.image.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/// Where builds keep what they need while they run; each in a folder of its own.
record WorkFolder(Path path) {
    /// A fresh folder, only for the host's root.
    Path fresh() throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Files.createTempDirectory(path, "build-");
    }

    /// Removes a folder with all in it.
    void remove(Path folder) {
        try (var all = Files.walk(folder)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            System.getLogger("lightvisor.image")
                    .log(System.Logger.Level.WARNING, "remains of a build not removed: " + e.getMessage());
        }
    }

    /// Removes everything.
    void clear() {
        if (Files.isDirectory(path)) {
            remove(path);
        }
    }
}
