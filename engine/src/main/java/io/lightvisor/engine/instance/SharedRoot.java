package io.lightvisor.engine.instance;

import io.lightvisor.linux.fs.ConfinedTree;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.FsIdentity;
import io.lightvisor.model.Idmap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One open root and how many use it. It is closed with its last user, and its maker is one of them.
final class SharedRoot {
    /// How long an eviction waits for users to see that their files are closed.
    private static final long PATIENCE_MILLIS = 2000;

    private final @Nullable Run run;
    private final DirFd root;
    private final ConfinedTree tree;
    private final Idmap idmap;
    private final Runnable whenClosed;

    // Guarded by this.
    private int users = 1;
    private boolean evicted;
    private final Set<AutoCloseable> transfers = new HashSet<>();

    SharedRoot(@Nullable Run run, DirFd root, FsIdentity maker, Idmap idmap, Runnable whenClosed) {
        this.run = run;
        this.root = root;
        this.tree = new ConfinedTree(root, maker);
        this.idmap = idmap;
        this.whenClosed = whenClosed;
    }

    /// The run whose root it is; null if the instance is stopped.
    @Nullable
    Run run() {
        return run;
    }

    boolean isOf(DirFd other) {
        return root == other;
    }

    ConfinedTree tree() {
        return tree;
    }

    Idmap idmap() {
        return idmap;
    }

    /// One more user; null if it is closed already. When this answers null, it is closed wholly.
    @Nullable
    synchronized GuestRoot share() {
        if (evicted || users == 0) {
            return null;
        }
        users++;
        return new GuestRoot(this);
    }

    synchronized void release() {
        if (--users == 0) {
            root.close();
            notifyAll();
            whenClosed.run();
        }
    }

    /// Closes `transfer` when the root is taken away; at once if it has been.
    void add(AutoCloseable transfer) {
        synchronized (this) {
            if (!evicted) {
                transfers.add(transfer);
                return;
            }
        }
        close(transfer);
    }

    synchronized void remove(AutoCloseable transfer) {
        transfers.remove(transfer);
    }

    /// Lets nobody in any more, closes what is open in it, and waits a little until all have left.
    void evict() throws InterruptedException {
        List<AutoCloseable> ending;
        synchronized (this) {
            if (evicted) {
                return;
            }
            evicted = true;
            ending = new ArrayList<>(transfers);
            transfers.clear();
        }
        ending.forEach(SharedRoot::close);
        synchronized (this) {
            if (run != null) {
                release();
            }
            long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            for (long left = PATIENCE_MILLIS; users > 0 && left > 0; ) {
                wait(left);
                left = (until - System.nanoTime()) / 1_000_000;
            }
        }
    }

    private static void close(AutoCloseable transfer) {
        try {
            transfer.close();
        } catch (Exception e) {
            System.getLogger("lightvisor.engine")
                    .log(System.Logger.Level.DEBUG, "a file in use by the API was not closed: " + e.getMessage());
        }
    }
}
