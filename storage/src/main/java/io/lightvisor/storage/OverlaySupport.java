package io.lightvisor.storage;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.storage.driver.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Whether this host, and a file system of it, can carry overlays.
final class OverlaySupport {
    private OverlaySupport() {}

    /// Whether the kernel has the file system `overlay`, or a module of that name to load on the first mount.
    static boolean kernelHasIt() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/filesystems"))) {
                if (line.endsWith("\toverlay")) {
                    return true;
                }
            }
            var release =
                    Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            return Files.isDirectory(Path.of("/lib/modules", release, "kernel/fs/overlayfs"));
        } catch (IOException e) {
            return false;
        }
    }

    /// The reason why a folder cannot hold the upper layers of overlays; empty if it can.
    static Optional<String> whyNot(Path folder) {
        if (!kernelHasIt()) {
            return Optional.of("the kernel has no overlay file system");
        }
        var type = Folders.fileSystem(folder).type();
        return switch (type) {
            case "overlay" -> Optional.of(folder + " is itself on an overlay, which cannot carry another");
            case "nfs", "fuse", "ramfs" ->
                Optional.of("the file system of " + folder + " is " + type + ", which cannot carry overlays");
            default ->
                keepsAttributes(folder)
                        ? Optional.empty()
                        : Optional.of("the file system of " + folder + " (" + type
                                + ") keeps no user.* attributes, which overlays in user namespaces need");
        };
    }

    private static boolean keepsAttributes(Path folder) {
        try (var directory = DirFd.open(folder)) {
            Xattrs.set(directory.fd(), "user.lightvisor.probe", new byte[] {'1'});
            Xattrs.remove(directory.fd(), "user.lightvisor.probe");
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }
}
