package io.lightvisor.storage.driver;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Trees;
import java.nio.file.Path;

/// Whole trees of our own folders: copied, removed.
public final class Copies {
    private Copies() {}

    /// Copies everything in `from` into the existing, empty folder `to`, and the owner, mode, times and attributes of
    /// the folder itself; blocks are shared where the file system can.
    public static void copyTree(Path from, Path to) throws InterruptedException {
        try (var source = DirFd.open(from);
                var target = DirFd.open(to)) {
            Trees.copy(source, target);
        }
    }

    /// Removes a folder with everything in it, if it is there; follows no link.
    public static void removeTree(Path folder) {
        try (var parent = DirFd.open(folder.resolveSibling("."))) {
            Trees.remove(parent, folder.getFileName().toString());
        }
    }
}
