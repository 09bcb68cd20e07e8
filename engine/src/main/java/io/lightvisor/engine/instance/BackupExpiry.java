package io.lightvisor.engine.instance;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Deletes backups when their time is over: waits for the next end, or for a new backup with an earlier one.
final class BackupExpiry implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    /// Clocks are set: what was far away may be due.
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final InstanceBackups backups;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean look = true;
    private boolean ended;

    BackupExpiry(InstanceBackups backups) {
        this.backups = backups;
        backups.onExpiry(this::wake);
    }

    void start() {
        Thread.ofVirtual().name("backup expiry").start(this::run);
    }

    private void wake() {
        lock.lock();
        try {
            look = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Optional<Instant> next = Optional.empty();
                try {
                    next = backups.expire(Instant.now());
                } catch (RuntimeException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "expired backups not deleted, trying later: " + e.getMessage());
                }
                if (!await(next)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean await(Optional<Instant> next) throws InterruptedException {
        lock.lock();
        try {
            long nanos = next.map(at -> Duration.between(Instant.now(), at))
                    .filter(wait -> wait.compareTo(LONGEST_WAIT) < 0)
                    .orElse(LONGEST_WAIT)
                    .toNanos();
            long left = Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(10));
            if (next.isEmpty()) {
                while (!look && !ended) {
                    changed.await();
                }
            }
            while (!look && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            look = false;
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
