package io.lightvisor.storage;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.storage.driver.Copies;
import io.lightvisor.storage.driver.PoolFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Removes trees in the background: a rename into the pool's `.trash/`, then one thread for the whole daemon, so that
/// deleting answers at once and no more than one removal keeps the disk busy. What a crash left is taken up at the next
/// start.
final class Trash implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.storage");

    private final AtomicLong names = new AtomicLong(System.currentTimeMillis() << 10);

    // Guarded by this; notified when `working` ends.
    private final Deque<Path> queue = new ArrayDeque<>();
    private final Set<Pool> sweeps = new LinkedHashSet<>();
    private boolean working;
    private boolean closed;

    /// A name that no other staging or trash entry has, across restarts.
    String freshName(String about) {
        return about + "-" + Long.toString(names.incrementAndGet(), 36);
    }

    /// Moves a tree out of sight at once; removes it later.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is nothing of this name
    void discard(PoolFolder pool, Path tree) throws IOException {
        var grave = pool.trash().resolve(freshName(tree.getFileName().toString()));
        Files.move(tree, grave);
        enqueue(grave);
    }

    /// Takes up everything that lies in the pool's trash, and what was being made when the daemon ended.
    void resume(PoolFolder pool) throws IOException {
        try (var made = Files.newDirectoryStream(pool.staging())) {
            for (var tree : made) {
                discard(pool, tree);
            }
        }
        try (var graves = Files.newDirectoryStream(pool.trash())) {
            for (var grave : graves) {
                enqueue(grave);
            }
        }
    }

    /// Waits until all that was thrown away so far is gone, or failed to go.
    synchronized void awaitEmpty() throws InterruptedException {
        while (working) {
            wait();
        }
    }

    /// Starts no further removal; one in progress ends by itself or with the process.
    @Override
    public synchronized void close() {
        closed = true;
        queue.clear();
        sweeps.clear();
    }

    /// Looks for what is shared and unused in a pool, once all that is thrown away now is gone.
    synchronized void sweepAfterwards(Pool pool) {
        if (closed) {
            return;
        }
        sweeps.add(pool);
        startWork();
    }

    private synchronized void enqueue(Path grave) {
        if (closed || queue.contains(grave)) {
            return;
        }
        queue.add(grave);
        startWork();
    }

    private void startWork() {
        if (!working) {
            working = true;
            // Removal blocks in the kernel, which would hold the carrier of a virtual thread.
            Thread.ofPlatform().daemon().name("lightvisor:trash").start(this::work);
        }
    }

    private void work() {
        while (true) {
            @Nullable Path grave;
            @Nullable Pool pool = null;
            synchronized (this) {
                grave = queue.poll();
                if (grave == null) {
                    var next = sweeps.iterator();
                    if (!next.hasNext()) {
                        working = false;
                        notifyAll();
                        return;
                    }
                    pool = next.next();
                    next.remove();
                }
            }
            if (grave != null) {
                remove(grave);
            } else {
                sweep(Objects.requireNonNull(pool));
            }
        }
    }

    private static void sweep(Pool pool) {
        try {
            pool.sweep();
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot look for unused layers in storage pool " + pool.name() + ", trying again later: "
                            + e.getMessage());
        }
    }

    private static void remove(Path grave) {
        try {
            Copies.removeTree(grave);
        } catch (SyscallException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot remove " + grave + ", trying again at the next start: " + e.getMessage());
        }
    }
}
