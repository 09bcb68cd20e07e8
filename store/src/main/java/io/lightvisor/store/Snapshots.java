package io.lightvisor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps a good copy of the database beside it, for the day when it is damaged: made after each good opening, after
/// many
/// commits, and at a clean end. A copy is read back whole before it takes the place of the last one.
final class Snapshots implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.store");

    /// A copy is due after so many commits, but not more often than once in a while: it costs as much as reading and
    /// writing the whole database.
    private static final int COMMITS = 500;

    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final StoreFolder folder;
    private final RowJson json;
    private long commits;
    private long lastNanos = System.nanoTime();
    private @Nullable Thread taking;

    Snapshots(StoreFolder folder, RowJson json) {
        this.folder = folder;
        this.json = json;
    }

    /// Takes one in the background, unless the last one is as new as the database.
    synchronized void takeSoon() {
        if (taking != null) {
            return;
        }
        commits = 0;
        lastNanos = System.nanoTime();
        taking = Thread.ofPlatform().name("lightvisor:store-snapshot").daemon().start(() -> {
            take();
            synchronized (this) {
                taking = null;
            }
        });
    }

    /// Told by the writer after each transaction.
    synchronized void committed(int count) {
        commits += count;
        if (commits >= COMMITS && System.nanoTime() - lastNanos >= PAUSE_NANOS) {
            takeSoon();
        }
    }

    /// A snapshot is a spare: without one the store goes on, but says so.
    private void take() {
        Path beside = folder.folder().resolve("lightvisor.db.snapshot.new");
        try {
            if (isCurrent()) {
                return;
            }
            Files.deleteIfExists(beside);
            try (var database = Database.openToRead(folder.database(), json)) {
                database.copyInto(beside);
            }
            try (var copy = Database.openToRead(beside, json)) {
                copy.load();
            }
            DurableFiles.install(beside, folder.snapshot());
        } catch (SQLException | IOException | Damaged | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "no snapshot of the database taken, ignoring: " + e.getMessage());
            try {
                Files.deleteIfExists(beside);
            } catch (IOException _) {
                // It is deleted before the next one.
            }
        }
    }

    private boolean isCurrent() throws SQLException {
        if (!Files.exists(folder.snapshot())) {
            return false;
        }
        long revision;
        try (var snapshot = Database.openToRead(folder.snapshot(), json)) {
            revision = snapshot.revision();
        } catch (SQLException _) {
            return false; // whatever it is, a good one takes its place
        }
        try (var database = Database.openToRead(folder.database(), json)) {
            return database.revision() == revision;
        }
    }

    /// Waits for one under way and takes the last one. Nothing is committed any more.
    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            thread = taking;
        }
        if (thread != null) {
            Threads.join(thread);
        }
        take();
    }
}
