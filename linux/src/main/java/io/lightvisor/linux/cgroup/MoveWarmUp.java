package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.Processes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Gets the kernel ready for a process to be moved between groups.
///
/// The first move after a while waits until every processor has seen that one is coming: a grace period of
/// RCU, 6 to 15 ms; those that follow within some 10 ms wait for nothing (`cgroup_threadgroup_rwsem`, a
/// per-CPU semaphore that stays in its slow state that long). Whoever knows that a move is coming asks here
/// and does other work meanwhile: this process is moved to where it is, which changes nothing and takes the
/// same lock. Processes are born in groups of version 2 without a move, so there it does nothing.
final class MoveWarmUp {
    private static final System.Logger LOG = System.getLogger("lightvisor.linux");

    /// Shorter than the lock stays ready.
    private static final long READY_NANOS = 4_000_000;

    private final CgroupTree tree;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    // Guarded by lock.
    private boolean asked;
    private boolean working;
    private long done = System.nanoTime() - READY_NANOS;
    private boolean started;
    private boolean useless;

    MoveWarmUp(CgroupTree tree) {
        this.tree = tree;
    }

    /// Asks for it and returns at once.
    void ask() {
        lock.lock();
        try {
            if (useless || asked || working || System.nanoTime() - done < READY_NANOS) {
                return;
            }
            asked = true;
            if (started) {
                wanted.signal();
            } else {
                started = true;
                // A thread of its own: the write keeps it in the kernel all the while.
                Thread.ofPlatform().daemon().name("cgroup warm-up").start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        var file = ownProcsFile();
        while (file.isPresent() && await()) {
            try {
                CgroupFiles.write(file.get(), "0");
                finish(false);
            } catch (SyscallException e) {
                LOG.log(System.Logger.Level.DEBUG, "moves of processes are not made ready: {0}", e.getMessage());
                break;
            }
        }
        finish(true);
    }

    private boolean await() {
        lock.lock();
        try {
            while (!asked) {
                wanted.await();
            }
            asked = false;
            working = true;
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void finish(boolean forGood) {
        lock.lock();
        try {
            working = false;
            done = System.nanoTime();
            useless |= forGood;
        } finally {
            lock.unlock();
        }
    }

    /// Where this process is, in a hierarchy of version 1.
    private Optional<String> ownProcsFile() {
        for (var hierarchy : tree.hierarchies()) {
            if (hierarchy.unified()) {
                continue;
            }
            var path = tree.pathOf(Processes.self(), hierarchy);
            if (path.isPresent()) {
                return Optional.of(Path.of(hierarchy.mountPoint() + path.get(), "cgroup.procs")
                        .toString());
            }
        }
        return Optional.empty();
    }
}
