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
    record Overlay(List<Path> lowers, Path upperParent) implements RootFilesystem {
        public Overlay {
            lowers = List.copyOf(lowers);
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("an overlay needs a lower layer");
            }
        }
    }
}
