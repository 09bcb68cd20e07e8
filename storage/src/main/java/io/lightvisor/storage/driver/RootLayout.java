package io.lightvisor.storage.driver;

import java.nio.file.Path;
import java.util.List;

/// Which folders of the host are an instance's root file system. Nothing is mounted; the container runtime maps ids and
/// mounts.
public sealed interface RootLayout {
    /// The folder is the root.
    record Directory(Path path) implements RootLayout {}

    /// The root is an overlay.
    ///
    /// @param lowers      read-only layers, the topmost first, at least one
    /// @param upperParent holds `upper/` (what the instance changed) and `work/`, both of one file system
    record Overlay(List<Path> lowers, Path upperParent) implements RootLayout {
        public Overlay {
            lowers = List.copyOf(lowers);
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("an overlay has a lower layer");
            }
        }

        public Path upper() {
            return upperParent.resolve("upper");
        }

        public Path work() {
            return upperParent.resolve("work");
        }
    }
}
