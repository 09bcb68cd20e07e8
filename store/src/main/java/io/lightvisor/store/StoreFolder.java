package io.lightvisor.store;

import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder `database` below LXD_DIR and what lies in it.
///
///     database/lightvisor.db            the database; SQLite keeps lightvisor.db-wal and lightvisor.db-shm beside it
///     database/lightvisor.db.snapshot   its last good copy
///     database/lightvisor.db.damaged-*  what could not be read, set aside
///     database/lock                     held by the daemon; contains its pid
public record StoreFolder(Path lxdDir) {
    /// What other products keep in the same place: the databases of LXD and Incus.
    private static final String[] FOREIGN = {"database/global", "database/local.db"};

    /// Refuses a LXD_DIR that belongs to another product. Touches nothing.
    ///
    /// @throws io.lightvisor.model.ProblemException `Failed`, naming what was found
    public void refuseOtherProduct() {
        for (String mark : FOREIGN) {
            if (Files.exists(lxdDir.resolve(mark))) {
                throw StoreProblems.otherProduct(lxdDir, lxdDir.resolve(mark)).exception();
            }
        }
    }

    Path folder() {
        return lxdDir.resolve("database");
    }

    Path database() {
        return folder().resolve("lightvisor.db");
    }

    Path snapshot() {
        return folder().resolve("lightvisor.db.snapshot");
    }

    Path lock() {
        return folder().resolve("lock");
    }

    /// SQLite's companion of a database file.
    static Path wal(Path database) {
        return database.resolveSibling(database.getFileName() + "-wal");
    }

    /// SQLite's other companion.
    static Path shm(Path database) {
        return database.resolveSibling(database.getFileName() + "-shm");
    }

    /// Makes the folder, for root alone.
    void create() {
        try {
            if (!Files.isDirectory(folder())) {
                Files.createDirectories(lxdDir);
                Files.createDirectory(
                        folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw Problem.failed("database folder " + folder() + " not created", e.toString())
                    .exception(e);
        }
    }
}
