package io.lightvisor.store;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.file.Path;
import java.sql.SQLException;

/// What the store says when it cannot.
final class StoreProblems {
    /// Primary result codes of SQLite, sqlite3.h.
    private static final int SQLITE_ERROR = 1;

    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_NOTADB = 26;

    private StoreProblems() {}

    static ProblemException closed() {
        return new Problem.Unavailable("change not recorded", "the daemon is shutting down", "").exception();
    }

    static Problem notRecorded(Path database, Throwable failure) {
        return failed("change not recorded", database, failure);
    }

    static Problem notOpened(Path database, Throwable failure) {
        return failed("database not opened", database, failure);
    }

    private static Problem failed(String what, Path database, Throwable failure) {
        return switch (failure instanceof SQLException e ? code(e) : 0) {
            case SQLITE_FULL ->
                Problem.failed(
                        what, "the file system of " + database + " is full", "free some space there and try again");
            case SQLITE_READONLY ->
                Problem.failed(what, database + " cannot be written to", "make its folder writable for root");
            default -> Problem.failed(what, database + ": " + failure.getMessage());
        };
    }

    static Problem newerSchema(Path database, int found, int known) {
        return Problem.failed(
                "database not opened",
                database + " has schema " + found + ", this version knows schemas up to " + known,
                "start the version that wrote it, or a newer one");
    }

    static Problem newerRecord(Path database, String place) {
        return Problem.failed(
                "database not opened",
                database + " holds " + place + ", which this version does not know",
                "start the version that wrote it, or a newer one");
    }

    static Problem otherProduct(Path lxdDir, Path mark) {
        return Problem.failed(
                "daemon not started",
                lxdDir + " holds the database of another product (" + mark + ")",
                "set LXD_DIR to a folder of its own");
    }

    static Problem inUse(Path lxdDir, String by) {
        return Problem.failed(
                "daemon not started",
                lxdDir + " is in use by " + by,
                "stop that daemon, or set LXD_DIR to a folder of its own");
    }

    /// Whether a failure says that the file's content is wrong, not that the disk or the rights are. A plain error
    /// while
    /// reading means that tables are not what the schema's number promises.
    static boolean isDamage(SQLException e) {
        int code = code(e);
        return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
    }

    /// The primary code; the driver reports extended ones (SQLITE_IOERR_FSYNC is 10 | 4 << 8).
    private static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }
}
