package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/// Databases in every state in which one may be found.
final class DatabaseOpeningTest {
    @TempDir
    Path dir;

    private StoreFolder folder;
    private String good;

    @BeforeEach
    void fill() {
        folder = new StoreFolder(dir);
        try (var store = SqliteStore.open(dir)) {
            store.change(Samples::putOneOfEach);
            store.change(draft -> {
                for (int i = 2; i < 60; i++) {
                    draft.put(Kind.INSTANCE, Samples.instance("c" + i, draft.nextInstanceId()));
                }
            });
            good = Samples.dump(store.facts());
        }
        assertTrue(Files.exists(folder.snapshot()), "a clean end leaves a snapshot");
    }

    @Test
    void open_damagedAtAnyPlace() throws Exception {
        byte[] content = Files.readAllBytes(folder.database());
        int noticed = 0;
        for (int at = 0; at < content.length; at += 1500) {
            byte[] damaged = content.clone();
            Arrays.fill(damaged, at, Math.min(at + 40, content.length), (byte) 0xa5);
            Files.write(folder.database(), damaged);
            try (var store = SqliteStore.open(dir)) {
                assertEquals(good, Samples.dump(store.facts()), "damaged at " + at);
                store.decide(Draft::nextInstanceId);
                if (store.report() instanceof StoreReport.Restored restored) {
                    noticed++;
                    assertArrayEquals(damaged, Files.readAllBytes(restored.setAside()));
                    assertEquals(2, restored.revision());
                    Files.delete(restored.setAside());
                } else {
                    assertInstanceOf(StoreReport.Good.class, store.report());
                }
            }
            // Both as they were, for the next place.
            Files.write(folder.database(), content);
            Files.write(folder.snapshot(), content);
        }
        assertTrue(noticed > content.length / 1500 / 2, "noticed " + noticed);
    }

    @Test
    void open_emptyFile() throws Exception {
        Files.write(folder.database(), new byte[0]);
        restoredWith("it holds no tables");
    }

    @Test
    void open_fileGone() throws Exception {
        Files.delete(folder.database());
        restoredWith("it holds no tables");
    }

    @Test
    void open_truncated() throws Exception {
        byte[] content = Files.readAllBytes(folder.database());
        Files.write(folder.database(), Arrays.copyOf(content, content.length / 2));
        restoredWith("");
    }

    @Test
    void open_notADatabase() throws Exception {
        Files.writeString(folder.database(), "nonsense ".repeat(1000));
        restoredWith("not a database");
    }

    @Test
    void open_tableMissing() throws Exception {
        sql("DROP TABLE record");
        restoredWith("no such table");
    }

    @Test
    void open_bodyChanged() throws Exception {
        sql("UPDATE record SET body = replace(body, 'a description', 'another one') WHERE key = 'default/c7'");
        restoredWith("record instance default/c7: wrong check sum");
    }

    @Test
    void open_keyChanged() throws Exception {
        sql("UPDATE record SET key = 'default/c007' WHERE key = 'default/c7'");
        restoredWith("record instance default/c007: wrong check sum");
    }

    @Test
    void open_recordOfANewerVersion() throws Exception {
        refused("UPDATE record SET version = 2 WHERE key = 'default/c7'", "record instance default/c7");
        var crc = new CRC32C();
        crc.update("wonder\0w\0{}".getBytes(StandardCharsets.UTF_8));
        refused(
                "INSERT INTO record (kind, key, version, revision, crc, body) VALUES ('wonder', 'w', 1, 9, "
                        + crc.getValue() + ", '{}')",
                "record wonder w");
    }

    private void refused(String change, String place) throws Exception {
        byte[] before = Files.readAllBytes(folder.database());
        sql(change);
        byte[] changed = Files.readAllBytes(folder.database());
        var caught = assertThrows(ProblemException.class, () -> SqliteStore.open(dir));
        assertTrue(caught.getMessage().contains(place + ", which this version does not know"), caught.getMessage());
        assertArrayEquals(changed, Files.readAllBytes(folder.database()));
        Files.write(folder.database(), before);
        SqliteStore.open(dir).close();
    }

    private void restoredWith(String cause) {
        try (var store = SqliteStore.open(dir)) {
            var report = assertInstanceOf(StoreReport.Restored.class, store.report());
            assertTrue(report.cause().contains(cause), report.cause());
            assertTrue(report.isBad());
            assertEquals(good, Samples.dump(store.facts()));
        }
        try (var store = SqliteStore.open(dir)) {
            assertInstanceOf(StoreReport.Good.class, store.report());
            assertEquals(good, Samples.dump(store.facts()));
        }
    }

    @Test
    void open_snapshotDamagedToo() throws Exception {
        Files.writeString(folder.database(), "nonsense ".repeat(1000));
        Files.writeString(folder.snapshot(), "nonsense ".repeat(1000));
        try (var store = SqliteStore.open(dir)) {
            var report = assertInstanceOf(StoreReport.Lost.class, store.report());
            assertTrue(report.sentence().contains("lxd recover"), report.sentence());
            assertTrue(Files.exists(report.setAside()));
            assertTrue(store.facts().instances().isEmpty());
        }
        long aside;
        try (var files = Files.list(folder.folder())) {
            aside = files.filter(f -> f.getFileName().toString().contains(".damaged-"))
                    .count();
        }
        assertEquals(2, aside, "nothing is thrown away");
    }

    @Test
    void open_snapshotDamagedAlone() throws Exception {
        Files.writeString(folder.snapshot(), "nonsense ".repeat(1000));
        try (var store = SqliteStore.open(dir)) {
            assertInstanceOf(StoreReport.Good.class, store.report());
            store.decide(Draft::nextInstanceId);
        }
        Files.writeString(folder.database(), "nonsense ".repeat(1000));
        try (var store = SqliteStore.open(dir)) {
            assertInstanceOf(StoreReport.Restored.class, store.report(), "the bad snapshot was replaced");
        }
    }

    @Test
    void open_newerSchema() throws Exception {
        sql("PRAGMA user_version = 7");
        byte[] before = Files.readAllBytes(folder.database());
        var caught = assertThrows(ProblemException.class, () -> SqliteStore.open(dir));
        assertEquals(
                "database not opened: " + folder.database()
                        + " has schema 7, this version knows schemas up to 1; start the version that wrote it, or a newer one",
                caught.getMessage());
        assertArrayEquals(before, Files.readAllBytes(folder.database()));
        sql("PRAGMA user_version = 1");
        SqliteStore.open(dir).close();
    }

    @Test
    void open_aFolderInThePlaceOfTheFile() throws Exception {
        Files.delete(folder.database());
        Files.createDirectory(folder.database());
        var caught = assertThrows(ProblemException.class, () -> SqliteStore.open(dir));
        assertTrue(caught.getMessage().startsWith("database not opened"), caught.getMessage());
        assertFalse(Files.exists(folder.folder().resolve("lightvisor.db.new")));
    }

    private void sql(String text) throws SQLException {
        try (var connection = JDBC.createConnection("jdbc:sqlite:" + folder.database(), new Properties());
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
