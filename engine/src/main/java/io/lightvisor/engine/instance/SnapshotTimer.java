package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Event;
import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.config.Schedule;
import io.lightvisor.store.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Takes snapshots when `snapshots.schedule` says so, and deletes those that expire. Sleeps until the next moment at
/// which anything is due; a change of an instance, a profile or a snapshot wakes it to look anew.
final class SnapshotTimer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    /// It looks at least so often: somebody may set the clock.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final World world;
    private final Snapshots snapshots;
    private final Set<InstanceSnapshot.Ref> expiring = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private boolean stale;
    private boolean closed;

    private Events.@Nullable Subscription subscription;
    private @Nullable Thread thread;

    SnapshotTimer(World world, Snapshots snapshots) {
        this.world = world;
        this.snapshots = snapshots;
    }

    void start() {
        subscription = world.events().subscribe(this::heard);
        thread = Thread.ofVirtual().name("snapshot timer").start(this::run);
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void heard(Event event) {
        if (!(event.payload() instanceof Event.Lifecycle(var action, var source, var _, var _))
                || !(action.startsWith("instance-") || action.startsWith("profile-"))) {
            return;
        }
        if (action.equals("instance-started")) {
            Thread.ofVirtual().name("snapshot at start").start(() -> atStart(source, event));
        }
        lock.lock();
        try {
            stale = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// `@startup`: when the instance starts.
    private void atStart(String source, Event event) {
        var facts = world.store().facts();
        for (var run : world.runs().values()) {
            var ref = run.ref();
            boolean told = event.project().filter(ref.project()::equals).isPresent()
                    && Urls.of("instances", ref.name().value(), ref.project()).equals(source);
            if (told) {
                facts.instance(ref)
                        .map(i -> InstancePlanner.expanded(facts, i))
                        .filter(e -> schedule(e) instanceof Schedule s && s.atStartup())
                        .ifPresent(_ -> snapshots.createByItself(ref));
                return;
            }
        }
    }

    private void run() {
        var seen = Instant.now();
        try {
            while (true) {
                var now = Instant.now();
                var next = look(seen, now);
                seen = now;
                if (!await(next)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until then, or until something changed; false when it is over.
    private boolean await(Instant until) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !stale) {
                long nanos = Duration.between(Instant.now(), until).toNanos();
                if (nanos <= 0) {
                    break;
                }
                changed.await(nanos, TimeUnit.NANOSECONDS);
            }
            stale = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Does what became due after `seen`, and tells when to look again.
    private Instant look(Instant seen, Instant now) {
        var next = now.plus(LONGEST);
        var facts = world.store().facts();
        for (var snapshot : facts.all(Kind.INSTANCE_SNAPSHOT)) {
            if (!snapshot.expires()) {
                continue;
            }
            if (snapshot.expiresAt().isAfter(now)) {
                next = earlier(next, snapshot.expiresAt());
            } else {
                expire(snapshot);
            }
        }
        for (var instance : facts.instances()) {
            var expanded = InstancePlanner.expanded(facts, instance);
            var schedule = schedule(expanded);
            if (schedule == null) {
                continue;
            }
            if (due(schedule, seen) instanceof Instant at && !at.isAfter(now)) {
                take(expanded, instance);
            }
            if (due(schedule, now) instanceof Instant at) {
                next = earlier(next, at);
            }
        }
        return next;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static @Nullable Instant due(Schedule schedule, Instant after) {
        var zone = ZoneId.systemDefault();
        return schedule.next(LocalDateTime.ofInstant(after, zone))
                .map(time -> time.atZone(zone).toInstant())
                .orElse(null);
    }

    private static @Nullable Schedule schedule(ExpandedInstance expanded) {
        String text = expanded.config("snapshots.schedule", "");
        try {
            return text.isEmpty() ? null : Schedule.parse(text);
        } catch (RuntimeException e) {
            return null; // an old record that today's rules refuse
        }
    }

    private void expire(InstanceSnapshot snapshot) {
        if (!expiring.add(snapshot.ref())) {
            return;
        }
        try {
            snapshots.deleteByItself(snapshot.ref(), () -> expiring.remove(snapshot.ref()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "expired snapshot " + snapshot.ref() + " not deleted", e);
        }
    }

    private void take(ExpandedInstance expanded, Instance instance) {
        if (!world.runs().containsKey(instance.id()) && !expanded.flag("snapshots.schedule.stopped", false)) {
            return;
        }
        try {
            snapshots.createByItself(instance.ref());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "snapshot of " + instance.ref() + " not taken", e);
        }
    }
}
