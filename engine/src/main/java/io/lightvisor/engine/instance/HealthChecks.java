package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.config.Healthcheck;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps trying the health checks of what runs, each instance's on a virtual thread of its own, and tells
/// when its health changes.
///
///     starting --(one good)--> healthy --(retries bad in a row)--> unhealthy --(one good)--> healthy
///        |                                                            ^
///        +------(start period over, retries bad in a row)-------------+
final class HealthChecks {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    /// Until the first verdict it is tried this often, if the interval is longer: others wait for it.
    private static final Duration EAGER = Duration.ofSeconds(1);

    private final World world;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Watch> watches = new HashMap<>(); // guarded by lock

    HealthChecks(World world) {
        this.world = world;
    }

    private static final class Watch {
        final Run run;
        final Healthcheck check;
        Health health = Health.UNKNOWN; // guarded by lock

        @Nullable
        Thread thread;

        Watch(Run run, Healthcheck check) {
            this.run = run;
            this.check = check;
        }
    }

    /// Begins, goes on as it is, or ends, as the instance is configured now. Called when it has started,
    /// when a daemon finds it running, and when its record changed.
    void follow(ExpandedInstance expanded, Run run) {
        var check = Healthcheck.of(expanded);
        lock.lock();
        try {
            var known = watches.get(expanded.instance().id());
            if (known != null
                    && known.run == run
                    && check.filter(known.check::equals).isPresent()) {
                return;
            }
            end(known);
            watches.remove(expanded.instance().id());
            if (check.isPresent()) {
                var watch = new Watch(run, check.get());
                watches.put(expanded.instance().id(), watch);
                watch.thread = Thread.ofVirtual()
                        .name("health of " + expanded.instance().hostName())
                        .start(() -> keepTrying(watch));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The instance has ended.
    void ended(long instance) {
        lock.lock();
        try {
            end(watches.remove(instance));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void end(@Nullable Watch watch) {
        if (watch != null && watch.thread != null) {
            watch.thread.interrupt();
        }
    }

    /// What is known now; empty without a health check.
    Optional<Health> find(long instance) {
        lock.lock();
        try {
            var watch = watches.get(instance);
            return watch == null ? Optional.empty() : Optional.of(watch.health);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it is healthy; false if the time is over first, or there is nothing to wait for any
    /// more.
    boolean awaitHealthy(long instance, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                var watch = watches.get(instance);
                if (watch == null || left <= 0) {
                    return false;
                }
                if (watch.health.status() == Health.Status.HEALTHY) {
                    return true;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void keepTrying(Watch watch) {
        var started = watch.run.container().startedAt();
        try {
            while (true) {
                String complaint =
                        watch.run.container().frozen() ? "" : HealthProbe.attempt(watch.run.container(), watch.check);
                boolean counts = started.plus(watch.check.startPeriod()).isBefore(java.time.Instant.now());
                var now = note(watch, complaint, counts);
                var pause = watch.check.interval();
                Thread.sleep(now.status() == Health.Status.STARTING && pause.compareTo(EAGER) > 0 ? EAGER : pause);
            }
        } catch (InterruptedException e) {
            // The container has ended, or is checked otherwise from now on.
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "health of " + watch.run.ref().name() + " is not checked any more", e);
        }
    }

    private Health note(Watch watch, String complaint, boolean counts) throws InterruptedException {
        Health before;
        Health after;
        lock.lockInterruptibly();
        try {
            before = watch.health;
            after = next(before, complaint, counts, watch.check.retries());
            watch.health = after;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (before.status() != after.status()) {
            tell(watch.run, after);
        }
        return after;
    }

    /// Pure.
    static Health next(Health before, String complaint, boolean counts, int retries) {
        if (complaint.isEmpty()) {
            return new Health(Health.Status.HEALTHY, 0, "");
        }
        boolean matters = counts || before.status() != Health.Status.STARTING;
        int failures = matters ? before.failures() + 1 : 0;
        return new Health(failures >= retries ? Health.Status.UNHEALTHY : before.status(), failures, complaint);
    }

    private void tell(Run run, Health health) {
        var ref = run.ref();
        Map<String, Object> context = health.log().isEmpty() ? Map.of() : Map.of("log", health.log());
        world.events()
                .lifecycle(
                        ref.project(),
                        "instance-" + health.status().wire(),
                        Urls.of("instances", ref.name().value(), ref.project()),
                        context);
    }
}
