package io.lightvisor.store;

import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Opens the database of a folder whatever it looks like:
///
///     good                -> used
///     absent, no snapshot -> created
///     newer schema        -> refused
///     damaged, or gone    -> set aside; snapshot good -> copied into its place
///                                       otherwise     -> created empty
///     cannot be read      -> refused (a disk that fails today may work tomorrow: nothing is moved)
record DatabaseOpening(Database database, State state, StoreReport report) {
    static DatabaseOpening of(StoreFolder folder, RowJson json) {
        Path file = folder.database();
        boolean expected = Files.exists(file) || Files.exists(folder.snapshot());
        String cause;
        try {
            return open(file, json, expected ? new StoreReport.Good() : new StoreReport.Created(), !expected);
        } catch (Damaged e) {
            cause = String.valueOf(e.getMessage());
        }
        try {
            return restore(folder, json, cause);
        } catch (IOException e) {
            throw StoreProblems.notOpened(file, e).exception(e);
        }
    }

    private static DatabaseOpening restore(StoreFolder folder, RowJson json, String cause) throws IOException {
        Path file = folder.database();
        Path snapshot = folder.snapshot();
        Path setAside = setAside(file);
        if (Files.exists(snapshot)) {
            Instant taken = Files.getLastModifiedTime(snapshot).toInstant().truncatedTo(ChronoUnit.SECONDS);
            Path copy = folder.folder().resolve("lightvisor.db.new");
            Files.copy(snapshot, copy, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.install(copy, file);
            try {
                var opened = open(file, json, new StoreReport.Good(), false);
                return new DatabaseOpening(
                        opened.database,
                        opened.state,
                        new StoreReport.Restored(cause, setAside, taken, opened.state.revision()));
            } catch (Damaged e) {
                // The snapshot is no better. Its copy goes, the snapshot itself is kept under another name.
                setAside(snapshot);
                delete(file);
                cause = cause + "; snapshot: " + e.getMessage();
            }
        }
        try {
            return open(file, json, new StoreReport.Lost(cause, setAside), true);
        } catch (Damaged e) {
            throw StoreProblems.notOpened(file, e).exception(e);
        }
    }

    /// @param mayBeNew whether a file that holds nothing is a new one, not one that lost everything
    private static DatabaseOpening open(Path file, RowJson json, StoreReport report, boolean mayBeNew) throws Damaged {
        Database database = null;
        try {
            database = Database.open(file, json);
            int schema = database.schema();
            if (schema > Schema.NEWEST) {
                throw StoreProblems.newerSchema(file, schema, Schema.NEWEST).exception();
            }
            if (schema <= 0 && !mayBeNew) {
                throw new Damaged("it holds no tables");
            }
            database.migrate(schema);
            return new DatabaseOpening(database, database.load(), report);
        } catch (SQLException e) {
            close(database);
            if (StoreProblems.isDamage(e)) {
                throw new Damaged(String.valueOf(e.getMessage()));
            }
            throw StoreProblems.notOpened(file, e).exception(e);
        } catch (Damaged | ProblemException e) {
            close(database);
            throw e;
        }
    }

    private static void close(@Nullable Database database) {
        if (database != null) {
            try {
                database.close();
            } catch (SQLException _) {
                // The failure under way is the one to tell.
            }
        }
    }

    /// Gives a damaged file, and SQLite's companions, a name of their own.
    private static Path setAside(Path file) throws IOException {
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + time);
        for (int i = 2; Files.exists(aside); i++) {
            aside = file.resolveSibling(file.getFileName() + ".damaged-" + time + "-" + i);
        }
        if (Files.exists(StoreFolder.wal(file))) {
            Files.move(StoreFolder.wal(file), StoreFolder.wal(aside));
        }
        Files.deleteIfExists(StoreFolder.shm(file)); // an index of the log, made anew at each opening
        if (Files.exists(file)) {
            DurableFiles.rename(file, aside);
        }
        return aside;
    }

    private static void delete(Path file) throws IOException {
        Files.deleteIfExists(StoreFolder.wal(file));
        Files.deleteIfExists(StoreFolder.shm(file));
        Files.deleteIfExists(file);
    }
}
