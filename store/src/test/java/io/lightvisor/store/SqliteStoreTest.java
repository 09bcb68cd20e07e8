package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

final class SqliteStoreTest extends StoreContract {
    @TempDir
    Path dir;

    @Override
    SqliteStore open() {
        return SqliteStore.open(dir);
    }

    @Test
    void open_newFolder() throws Exception {
        assertInstanceOf(StoreReport.Created.class, ((SqliteStore) store).report());
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("database"))));
    }

    @Test
    void open_again() {
        store.change(Samples::putOneOfEach);
        put("c2", "c3");
        store.decide(draft -> draft.remove(Kind.INSTANCE, Samples.ref("c2")));
        String before = Samples.dump(store.facts());
        store.close();
        store = open();
        assertEquals(before, Samples.dump(store.facts()));
        assertEquals(3, store.facts().revision());
        assertEquals(4L, store.decide(Draft::nextInstanceId));
        assertInstanceOf(StoreReport.Good.class, ((SqliteStore) store).report());
    }

    @Test
    void open_whileOpen() {
        var caught = assertThrows(ProblemException.class, this::open);
        assertEquals(
                "daemon not started: " + dir + " is in use by another daemon (pid "
                        + ProcessHandle.current().pid()
                        + "); stop that daemon, or set LXD_DIR to a folder of its own",
                caught.getMessage());
    }

    @Test
    void open_folderOfAnotherProduct(@TempDir Path other) throws Exception {
        Files.createDirectories(other.resolve("database/global"));
        var caught = assertThrows(ProblemException.class, () -> SqliteStore.open(other));
        assertTrue(caught.getMessage().contains("holds the database of another product"), caught.getMessage());
        assertFalse(Files.exists(other.resolve("database/lightvisor.db")));
    }

    @Test
    void decide_thatWaitTogetherShareATransaction() throws Exception {
        var sqlite = (SqliteStore) store;
        // While planners are held up, all of these wait for one and the same lock, then queue up behind a transaction.
        int threads = 64;
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var first = Thread.ofVirtual()
                .start(() -> store.decide(draft -> {
                    inside.countDown();
                    awaitQuietly(go);
                    return draft.nextInstanceId();
                }));
        inside.await();
        var others = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            others[i] = Thread.ofVirtual().start(() -> store.decide(Draft::nextInstanceId));
        }
        go.countDown();
        first.join();
        for (var other : others) {
            other.join();
        }
        assertEquals(threads + 1, store.facts().revision());
        assertTrue(sqlite.transactions() < threads / 2, "transactions: " + sqlite.transactions());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What a failed fsync can come to: the transaction was reported as failed, and lies in the file all the same.
    @Test
    void decide_afterTheFileTurnedOutToHoldMore() throws Exception {
        put("c1");
        try (var other = JDBC.createConnection(
                        "jdbc:sqlite:" + dir.resolve("database/lightvisor.db"), new Properties());
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("DELETE FROM record WHERE key = 'default/c1'");
            statement.execute("UPDATE head SET revision = 2");
            var caught = assertThrows(ProblemException.class, () -> put("c2"));
            assertTrue(caught.getMessage().startsWith("change not recorded: "), caught.getMessage());
            assertTrue(store.facts().instance(Samples.ref("c1")).isPresent());
            statement.execute("COMMIT");
        }
        assertThrows(ProblemException.class, () -> {
            try (var other = JDBC.createConnection(
                            "jdbc:sqlite:" + dir.resolve("database/lightvisor.db"), new Properties());
                    var statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                put("c2"); // notices that the revision is not its own
            }
        });
        put("c2");
        assertEquals(3, store.facts().revision());
        assertFalse(store.facts().instance(Samples.ref("c1")).isPresent(), "what the file says holds");
        assertTrue(store.facts().instance(Samples.ref("c2")).isPresent());
    }

    @Test
    void decide_interruptedWhileItWaits() throws Exception {
        var result = new boolean[1];
        var thread = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            put("c1");
            result[0] = Thread.currentThread().isInterrupted();
        });
        thread.join();
        assertTrue(result[0], "the interrupt is still pending");
        assertTrue(store.facts().instance(Samples.ref("c1")).isPresent());
    }
}
