package io.lightvisor.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The store of a host: SQLite below LXD_DIR, all records decoded in memory.
///
///     decide: lock, plan on head, head = draft, queue, unlock ... wait
///     writer: take the whole queue, one transaction, one fsync, durable = newest state of it, wake all who wait
///
/// While one transaction is under way the next decisions queue up and share the one after it.
public final class SqliteStore implements Store {
    private static final System.Logger LOG = System.getLogger("lightvisor.store");

    private final StoreFolder folder;
    private final RowJson json;
    private final FolderLock folderLock;
    private final StoreReport report;
    private final Snapshots snapshots;
    private final Thread writer;

    private final ReentrantLock deciding = new ReentrantLock();
    // Guarded by deciding:
    private final Condition queued = deciding.newCondition();
    private State head;
    private List<Commit> queue = new ArrayList<>();
    private @Nullable Commit newest;
    private boolean closed;

    /// What readers see; written by the writer alone.
    private volatile State durable;

    // Of the writer alone. Null while the file cannot be opened again after a failure.
    private @Nullable Database database;
    private volatile long transactions;

    private SqliteStore(
            StoreFolder folder, RowJson json, FolderLock folderLock, DatabaseOpening opening, Snapshots snapshots) {
        this.folder = folder;
        this.json = json;
        this.folderLock = folderLock;
        this.report = opening.report();
        this.database = opening.database();
        this.head = opening.state();
        this.durable = opening.state();
        this.snapshots = snapshots;
        // A platform thread: fdatasync(2) would hold the carrier of a virtual one.
        this.writer = Thread.ofPlatform().name("lightvisor:store").daemon().unstarted(this::write);
    }

    /// Opens the store of a LXD_DIR, making it if need be. What was found is in [#report()].
    ///
    /// @throws io.lightvisor.model.ProblemException `Failed`: the folder is another product's, or in use by another
    ///     daemon, or its database has a newer schema or cannot be read at all
    public static SqliteStore open(Path lxdDir) {
        return open(lxdDir, Snapshots.PAUSE_MILLIS);
    }

    /// As above; a commit is copied into the snapshot after `snapshotPauseMillis`.
    static SqliteStore open(Path lxdDir, long snapshotPauseMillis) {
        var folder = new StoreFolder(lxdDir);
        folder.refuseOtherProduct();
        folder.create();
        var lock = FolderLock.take(folder);
        try {
            var json = new RowJson();
            var store = new SqliteStore(
                    folder,
                    json,
                    lock,
                    DatabaseOpening.of(folder, json),
                    new Snapshots(folder, json, snapshotPauseMillis));
            store.writer.start();
            store.snapshots.takeNow();
            return store;
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /// How the database was found.
    public StoreReport report() {
        return report;
    }

    @Override
    public Facts facts() {
        return durable;
    }

    @Override
    public <R> R decide(Function<Draft, R> planner) {
        while (true) {
            R answer;
            Commit awaited;
            boolean mine;
            deciding.lock();
            try {
                if (deciding.getHoldCount() > 1) {
                    throw new IllegalStateException("a planner does not call the store");
                }
                if (closed) {
                    throw StoreProblems.closed();
                }
                var draft = new DraftState(head);
                answer = planner.apply(draft);
                mine = draft.isChanged();
                if (mine) {
                    submit(new Commit(draft.changes(), draft.state()));
                }
                awaited = newest;
            } finally {
                deciding.unlock();
            }
            // An answer without changes rests on commits that may be under way; it waits for them as well.
            switch (awaited == null ? new Commit.Outcome.Durable() : awaited.await()) {
                case Commit.Outcome.Durable _ -> {
                    return answer;
                }
                case Commit.Outcome.Failed failed -> {
                    if (mine) {
                        throw failed.problem().exception(failed.cause());
                    }
                }
                case Commit.Outcome.Superseded _ -> {}
            }
        }
    }

    private void submit(Commit commit) {
        head = commit.state();
        newest = commit;
        queue.add(commit);
        queued.signal();
    }

    /// How many transactions were committed; fewer than decisions where they shared some.
    long transactions() {
        return transactions;
    }

    private void write() {
        while (true) {
            var group = take();
            if (group.isEmpty()) {
                return;
            }
            try {
                commit(group);
            } catch (SQLException | Damaged | RuntimeException | Error e) {
                fail(group, e);
            }
        }
    }

    /// Waits for commits; none once the store is closed and all are written.
    private List<Commit> take() {
        deciding.lock();
        try {
            while (queue.isEmpty() && !closed) {
                queued.awaitUninterruptibly();
            }
            var group = queue;
            queue = new ArrayList<>();
            return group;
        } finally {
            deciding.unlock();
        }
    }

    private void commit(List<Commit> group) throws SQLException, Damaged {
        var open = database;
        if (open == null) {
            open = Database.open(folder.database(), json);
            database = open;
            if (open.revision() != durable.revision()) {
                // A transaction whose commit was reported as failed lies in the file all the same (its fsync failed,
                // not its write). The file is what a restart would find, so it is what holds.
                durable = open.load();
                supersede(group);
                return;
            }
        }
        var changes = new LinkedHashMap<Change.Place, Change<?>>();
        for (var commit : group) {
            for (var change : commit.changes()) {
                change.noteIn(changes);
            }
        }
        var state = group.getLast().state();
        open.write(changes.values(), state.revision());
        transactions++;
        durable = state;
        for (var commit : group) {
            commit.outcome().complete(new Commit.Outcome.Durable());
        }
        snapshots.committed();
    }

    /// Lets `group` and all that was planned on top of it be decided again.
    private void supersede(List<Commit> group) {
        var built = resetHead();
        for (var commit : group) {
            commit.outcome().complete(new Commit.Outcome.Superseded());
        }
        for (var commit : built) {
            commit.outcome().complete(new Commit.Outcome.Superseded());
        }
    }

    /// Returns to the durable state; what was queued since then.
    private List<Commit> resetHead() {
        deciding.lock();
        try {
            var built = queue;
            queue = new ArrayList<>();
            head = durable;
            newest = null;
            return built;
        } finally {
            deciding.unlock();
        }
    }

    /// Nothing of `group` holds, so nothing that was planned on top of it does.
    private void fail(List<Commit> group, Throwable failure) {
        var problem = StoreProblems.notRecorded(folder.database(), failure);
        takeBack();
        var built = resetHead();
        for (var commit : group) {
            commit.outcome().complete(new Commit.Outcome.Failed(problem, failure));
        }
        for (var commit : built) {
            commit.outcome().complete(new Commit.Outcome.Superseded());
        }
    }

    /// Brings the connection back to the durable state, or lets go of it so that the next commit opens the file again.
    private void takeBack() {
        var open = database;
        if (open == null) {
            return;
        }
        try {
            open.rollback();
            if (open.revision() == durable.revision()) {
                return;
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot go on with the database, opening it again: " + e.getMessage());
        }
        database = null;
        try {
            open.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot close the database, ignoring: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        deciding.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            queued.signal();
        } finally {
            deciding.unlock();
        }
        Threads.join(writer);
        snapshots.close();
        var open = database;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot close the database, ignoring: " + e.getMessage());
            }
        }
        folderLock.close();
    }
}
