package io.lightvisor.storage.driver;

import java.nio.file.Path;
import java.util.ArrayList;
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

        /// The same root for reading only. Good also while the instance runs, as long as it is frozen.
        public RootLayout readOnly() {
            var all = new ArrayList<Path>();
            all.add(upper());
            all.addAll(lowers);
            return new FrozenOverlay(all);
        }
    }

    /// The root of a snapshot is an overlay that nothing can be written to.
    ///
    /// @param lowers read-only layers, the topmost first, at least one; a single one is the root itself
    record FrozenOverlay(List<Path> lowers) implements RootLayout {
        public FrozenOverlay {
            lowers = List.copyOf(lowers);
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("an overlay has a lower layer");
            }
        }
    }
}
