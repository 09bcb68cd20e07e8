package io.lightvisor.engine.instance;

import io.lightvisor.container.ExitCause;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.Instance;
import io.lightvisor.model.RestartPolicy;
import io.lightvisor.store.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Starts again what ended by itself, where `boot.restart.policy` asks for it: after 1 second, then 2, 4,
/// up to 60, and from the beginning once it has run for a minute. A start or stop by a user ends the
/// waiting. That one waits is also in its record, so the next daemon goes on.
final class Restarts {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final Duration STABLE = Duration.ofSeconds(60);
    private static final int LONGEST_SECONDS = 60;

    private final World world;
    private final StartInstanceFlow start;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Count> counts = new HashMap<>(); // guarded by lock

    Restarts(World world, StartInstanceFlow start) {
        this.world = world;
        this.start = start;
    }

    private static final class Count {
        int inRow;
        int total;

        @Nullable
        Thread waiting;
    }

    /// Whether an end of this kind is followed by a start. Pure.
    static boolean isDue(RestartPolicy policy, ExitCause cause) {
        boolean clean = cause instanceof ExitCause.Halted || cause instanceof ExitCause.InitExited e && e.code() == 0;
        return switch (policy) {
            case NO -> false;
            case ON_FAILURE -> !clean;
            case ALWAYS -> true;
        };
    }

    /// How long the n-th start in a row waits, from 0. Pure.
    static Duration delay(int before) {
        return Duration.ofSeconds(before >= 6 ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, 1L << before));
    }

    /// An instance has ended by itself, its end is recorded. Called with its lock held.
    void consider(Instance instance, ExitCause cause, Duration ran) {
        var expanded = InstancePlanner.expanded(world.store().facts(), instance);
        if (isDue(RestartPolicy.of(expanded), cause)) {
            later(instance, ran);
        }
    }

    private void later(Instance instance, Duration ran) {
        mark(instance.ref(), "pending");
        lock.lock();
        try {
            var count = counts.computeIfAbsent(instance.id(), _ -> new Count());
            if (ran.compareTo(STABLE) >= 0) {
                count.inRow = 0;
            }
            Duration delay = delay(count.inRow++);
            count.waiting = Thread.ofVirtual()
                    .name("restart of " + instance.hostName())
                    .start(() -> waitAndStart(instance, delay));
            LOG.log(
                    System.Logger.Level.INFO,
                    "instance " + instance.hostName() + " is started again in " + delay.toSeconds() + " s");
        } finally {
            lock.unlock();
        }
    }

    private void waitAndStart(Instance instance, Duration delay) {
        try {
            Thread.sleep(delay);
            try (var _ = world.locks().lock(instance.id())) {
                if (!takeTurn(instance.id()) || world.runs().containsKey(instance.id())) {
                    return;
                }
                var now = world.store().facts().instance(instance.ref());
                if (now.isEmpty() || now.get().id() != instance.id()) {
                    return;
                }
                again(now.get());
            }
        } catch (InterruptedException e) {
            // A user wanted something else.
        }
    }

    private void again(Instance instance) {
        try {
            start.run(instance.ref());
            world.events()
                    .lifecycle(
                            instance.project(),
                            "instance-restarted",
                            Urls.of("instances", instance.name().value(), instance.project()),
                            Map.of("reason", "boot.restart.policy", "restarts", total(instance.id())));
        } catch (Exception e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "instance " + instance.hostName() + " not started again: " + e.getMessage());
            later(instance, Duration.ZERO);
        }
    }

    /// Whether this thread's start is still wanted; from here on nobody interrupts it.
    private boolean takeTurn(long instance) {
        lock.lock();
        try {
            var count = counts.get(instance);
            if (count == null || count.waiting != Thread.currentThread()) {
                return false;
            }
            count.waiting = null;
            count.total++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// A user starts, stops or deletes it: whatever waits is given up, and the next end begins with a
    /// short wait.
    ///
    /// @return whether one was waiting
    boolean cancel(Instance.Ref ref, long instance) {
        boolean waited;
        lock.lock();
        try {
            var count = counts.get(instance);
            waited = count != null && count.waiting != null;
            if (count != null) {
                count.inRow = 0;
                if (count.waiting != null) {
                    count.waiting.interrupt();
                    count.waiting = null;
                }
            }
        } finally {
            lock.unlock();
        }
        if (waited) {
            mark(ref, "");
        }
        return waited;
    }

    /// How often it was started again since the daemon started.
    int total(long instance) {
        lock.lock();
        try {
            var count = counts.get(instance);
            return count == null ? 0 : count.total;
        } finally {
            lock.unlock();
        }
    }

    private void mark(Instance.Ref ref, String pending) {
        world.store().decide(draft -> {
            draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(Map.of(Volatile.RESTART, pending))));
            return true;
        });
    }
}
