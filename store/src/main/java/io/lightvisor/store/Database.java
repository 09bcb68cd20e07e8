package io.lightvisor.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/// One connection to a database file. Used by one thread at a time.
///
/// Write-ahead log with `synchronous=FULL`: a COMMIT returns after one fdatasync(2) of the log.
final class Database implements AutoCloseable {
    private static final String PUT = """
            INSERT INTO record (kind, key, version, revision, crc, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, key) DO UPDATE SET
                version = excluded.version, revision = excluded.revision, crc = excluded.crc, body = excluded.body
            """;
    private static final String REMOVE = "DELETE FROM record WHERE kind = ? AND key = ?";
    private static final String HEAD = "UPDATE head SET revision = ? WHERE id = 1";

    private final Path file;
    private final SQLiteConnection connection;
    private final RowJson json;
    private @Nullable Statements statements;

    /// What a transaction is made of.
    private record Statements(
            PreparedStatement begin,
            PreparedStatement put,
            PreparedStatement remove,
            PreparedStatement head,
            PreparedStatement commit) {
        static Statements of(SQLiteConnection connection) throws SQLException {
            return new Statements(
                    connection.prepareStatement("BEGIN IMMEDIATE"),
                    connection.prepareStatement(PUT),
                    connection.prepareStatement(REMOVE),
                    connection.prepareStatement(HEAD),
                    connection.prepareStatement("COMMIT"));
        }

        void close() throws SQLException {
            begin.close();
            put.close();
            remove.close();
            head.close();
            commit.close();
        }
    }

    private Database(Path file, SQLiteConnection connection, RowJson json) {
        this.file = file;
        this.connection = connection;
        this.json = json;
    }

    /// Opens a file, making it if need be.
    static Database open(Path file, RowJson json) throws SQLException {
        // Not through DriverManager, which would look for every driver there is.
        var connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
        var database = new Database(file, connection, json);
        try {
            database.execute("PRAGMA journal_mode = WAL");
            database.execute("PRAGMA synchronous = FULL");
            return database;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// Opens a file that is there, to look at it.
    static Database openToRead(Path file, RowJson json) throws SQLException {
        var properties = new Properties();
        properties.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY
        return new Database(file, JDBC.createConnection("jdbc:sqlite:" + file, properties), json);
    }

    /// The schema found in the file; 0 if it holds nothing.
    int schema() throws SQLException {
        return Schema.of(connection);
    }

    void migrate(int from) throws SQLException {
        Schema.migrate(connection, from);
    }

    /// Checks the file's structure and reads all of it.
    ///
    /// @throws io.lightvisor.model.ProblemException `Failed`: a record that is whole, and not known to this version
    State load() throws SQLException, Damaged {
        quickCheck();
        var byName = new HashMap<String, Kind<?>>();
        for (var kind : Kind.ALL) {
            byName.put(kind.name(), kind);
        }
        var trees = new ArrayList<>(State.EMPTY.trees());
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT kind, key, version, crc, body FROM record")) {
            while (row.next()) {
                String name = row.getString(1);
                String key = row.getString(2);
                String place = "record " + name + " " + key;
                String body = row.getString(5);
                if (crc(name, key, body) != row.getLong(4)) {
                    throw new Damaged(place + ": wrong check sum");
                }
                var kind = byName.get(name);
                if (kind == null || row.getInt(3) > RowJson.VERSION) {
                    throw StoreProblems.newerRecord(file, place).exception();
                }
                trees.set(kind.number(), trees.get(kind.number()).with(key, decode(kind, key, body, place)));
            }
        }
        return new State(revision(), List.copyOf(trees));
    }

    private Object decode(Kind<?> kind, String key, String body, String place) throws Damaged {
        Object value;
        try {
            value = json.decode(kind, body);
        } catch (RuntimeException e) {
            throw new Damaged(place + ": " + e);
        }
        if (!keyOf(kind, value).equals(key)) {
            throw new Damaged(place + ": names itself " + keyOf(kind, value));
        }
        return value;
    }

    private static <T> String keyOf(Kind<T> kind, Object value) {
        return kind.keyOf(kind.type().cast(value));
    }

    private void quickCheck() throws SQLException, Damaged {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA quick_check(1)")) {
            row.next();
            String verdict = row.getString(1);
            if (!"ok".equals(verdict)) {
                throw new Damaged("quick_check: " + verdict);
            }
        }
    }

    /// The revision of the last commit.
    long revision() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT revision FROM head WHERE id = 1")) {
            if (!row.next()) {
                throw new SQLException("table head is empty");
            }
            return row.getLong(1);
        }
    }

    /// Writes changes in one transaction, durably.
    void write(Collection<Change<?>> changes, long revision) throws SQLException {
        var prepared = statements;
        if (prepared == null) {
            prepared = Statements.of(connection);
            statements = prepared;
        }
        prepared.begin.execute();
        var put = prepared.put;
        var remove = prepared.remove;
        for (var change : changes) {
            if (change.value() == null) {
                remove.setString(1, change.kind().name());
                remove.setString(2, change.place().key());
                remove.executeUpdate();
            } else {
                String body = json.encode(change.kind(), change.value());
                put.setString(1, change.kind().name());
                put.setString(2, change.place().key());
                put.setInt(3, RowJson.VERSION);
                put.setLong(4, revision);
                put.setLong(5, crc(change.kind().name(), change.place().key(), body));
                put.setString(6, body);
                put.executeUpdate();
            }
        }
        prepared.head.setLong(1, revision);
        prepared.head.executeUpdate();
        prepared.commit.execute();
    }

    /// Takes back what a failed [#write] has left of itself.
    void rollback() throws SQLException {
        var used = statements;
        if (used != null) {
            statements = null; // the driver leaves a statement that failed in a state of its own
            used.close();
        }
        try {
            execute("ROLLBACK");
        } catch (SQLException _) {
            // SQLite has done so itself already, as it does where the disk is full. What matters is the revision.
        }
    }

    /// Copies all that is committed into a new file, without holding up writers: VACUUM INTO. Does not sync it.
    void copyInto(Path file) throws SQLException {
        try (var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, file.toString());
            statement.execute();
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long crc(String kind, String key, String body) {
        var crc = new CRC32C();
        crc.update(kind.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
