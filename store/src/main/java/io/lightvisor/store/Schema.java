package io.lightvisor.store;

import java.sql.Connection;
import java.sql.SQLException;

/// The tables, as numbered migrations; `PRAGMA user_version` says how many were done. A migration once released never
/// changes; the next one is added at the end.
final class Schema {
    private static final String[][] MIGRATIONS = {
        {
            // A row per record. version: of the body's meaning. revision: of the commit that wrote it. crc: CRC-32C of
            // the
            // body in UTF-8, because SQLite checks its own structures but not what they carry.
            """
            CREATE TABLE record (
                kind TEXT NOT NULL,
                key TEXT NOT NULL,
                version INTEGER NOT NULL,
                revision INTEGER NOT NULL,
                crc INTEGER NOT NULL,
                body TEXT NOT NULL,
                UNIQUE (kind, key)
            ) STRICT
            """,
            // The revision of the last commit, alone in its row.
            "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT",
            "INSERT INTO head (id, revision) VALUES (1, 0)",
        },
    };

    /// The newest schema known here.
    static final int NEWEST = MIGRATIONS.length;

    private Schema() {}

    static int of(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA user_version")) {
            row.next();
            return row.getInt(1);
        }
    }

    /// Brings a database to the newest schema in one transaction.
    static void migrate(Connection connection, int from) throws SQLException {
        if (from == NEWEST) {
            return;
        }
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (int i = from; i < NEWEST; i++) {
                for (String step : MIGRATIONS[i]) {
                    statement.execute(step);
                }
            }
            statement.execute("PRAGMA user_version = " + NEWEST);
            statement.execute("COMMIT");
        }
    }
}
