package io.lightvisor.container;

import java.nio.file.Path;
import java.util.List;

/// Where the files of a container are on the host. On disk ids are those of the container (root is 0); the start maps
/// them.
public sealed interface RootFilesystem {
    /// One folder that is the root.
    record Directory(Path path) implements RootFilesystem {}

    /// Layers: read-only ones that may be shared by many containers, and a private one on top.
    ///
    /// @param lowers topmost first, at least one
    /// @param upperParent folder with `upper/` and `work/` in it, both on one file system
    /// @param plain folders below `upper/` that are shown over the same place of the root, without the overlay: for
    ///     overlays of the guest's own
    record Overlay(List<Path> lowers, Path upperParent, List<String> plain) implements RootFilesystem {
        public Overlay {
            lowers = List.copyOf(lowers);
            plain = List.copyOf(plain);
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("an overlay needs a lower layer");
            }
        }

        public Overlay(List<Path> lowers, Path upperParent) {
            this(lowers, upperParent, List.of());
        }
    }
}
