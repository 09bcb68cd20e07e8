package io.lightvisor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps a good copy of the database beside it, for the day when it is damaged: made after each good opening, a while
/// after a commit, and at a clean end, so that it is never much older than the database. A copy is read back whole
/// before it takes the place of the last one.
final class Snapshots implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.store");

    /// How long a commit may be without a copy. A copy costs as much as reading and writing the whole database, so
    /// there is not more than one in this time.
    static final long PAUSE_MILLIS = Duration.ofMinutes(1).toMillis();

    private final StoreFolder folder;
    private final RowJson json;
    private final long pauseMillis;
    private boolean wanted;
    private boolean closing;
    private @Nullable Thread taking;

    Snapshots(StoreFolder folder, RowJson json, long pauseMillis) {
        this.folder = folder;
        this.json = json;
        this.pauseMillis = pauseMillis;
    }

    /// Takes one in the background at once, unless the last one is as new as the database.
    synchronized void takeNow() {
        start(0);
    }

    /// Told by the writer after each transaction.
    synchronized void committed() {
        wanted = true;
        if (taking == null) {
            start(pauseMillis);
        }
    }

    private synchronized void start(long delayMillis) {
        taking = Thread.ofPlatform().name("lightvisor:store-snapshot").daemon().start(() -> {
            long delay = delayMillis;
            while (isDueAfter(delay)) {
                take();
                delay = pauseMillis;
            }
        });
    }

    /// Waits; whether there is one to take then. If not, the thread ends.
    private synchronized boolean isDueAfter(long delayMillis) {
        if (delayMillis > 0 && !wanted) {
            taking = null;
            return false;
        }
        long end = System.nanoTime() + delayMillis * 1_000_000;
        for (long left = delayMillis; left > 0 && !closing; left = (end - System.nanoTime()) / 1_000_000) {
            try {
                wait(left);
            } catch (InterruptedException _) {
                closing = true; // nobody but a debugger interrupts this thread; the last one is taken at the end
            }
        }
        wanted = false;
        return !closing;
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
            closing = true;
            notifyAll();
            thread = taking;
        }
        if (thread != null) {
            Threads.join(thread);
        }
        take();
    }
}
