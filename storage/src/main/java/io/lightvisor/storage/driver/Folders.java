package io.lightvisor.storage.driver;

import io.lightvisor.linux.fs.FileSystemStat;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Folders with their final mode, whatever the umask.
public final class Folders {
    /// For what only the host's root may enter.
    public static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /// For what others may pass through by name.
    public static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

    /// For the root folder of a guest: seen by the guest alone, because the folders above are private.
    public static final Set<PosixFilePermission> ROOT = PosixFilePermissions.fromString("rwxr-xr-x");

    private Folders() {}

    /// mkdir(2).
    ///
    /// @throws FileAlreadyExistsException if the name is taken
    public static void make(Path folder, Set<PosixFilePermission> mode) throws IOException {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        if (!mode.equals(PRIVATE)) {
            Files.setPosixFilePermissions(folder, mode);
        }
    }

    /// mkdir(2), if it is not there.
    public static void ensure(Path folder, Set<PosixFilePermission> mode) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            make(folder, mode);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    /// The file system that a path is on.
    public static FileSystemStat fileSystem(Path path) {
        try (var fd = Open.path(path, OpenFlag.PATH)) {
            return FileSystemStat.of(fd);
        }
    }

    /// Waits until everything written to the file system of this folder is on its disk: syncfs(2).
    public static void syncFileSystem(Path folder) {
        try (var fd = Open.path(folder, OpenFlag.READ, OpenFlag.DIRECTORY)) {
            fd.syncFileSystem();
        }
    }

    /// Waits until the entries of this folder are on the disk: fsync(2).
    public static void sync(Path folder) {
        try (var fd = Open.path(folder, OpenFlag.READ, OpenFlag.DIRECTORY)) {
            fd.sync();
        }
    }
}
