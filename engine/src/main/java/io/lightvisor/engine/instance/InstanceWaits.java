package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Event;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.NetlinkMonitor;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.process.NamespaceThread;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.config.Healthcheck;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Waits until an instance is as somebody wants it. Woken by its events, and for an address by the
/// kernel's news from its network namespace; nothing looks again and again.
public final class InstanceWaits {
    private final World world;
    private final HealthChecks health;

    InstanceWaits(World world, HealthChecks health) {
        this.world = world;
        this.health = health;
    }

    /// What can be waited for.
    public enum Goal {
        RUNNING,
        STOPPED,
        /// It has an address that others can reach.
        IP,
        /// Its health check says so.
        HEALTHY,
        /// It said so itself.
        READY
    }

    /// Returns false if the time is over first.
    ///
    /// @throws io.lightvisor.model.ProblemException `NotFound` when there is no such instance, or no more;
    ///     `BadRequest` for the health of one that has no health check
    public boolean await(Instance.Ref ref, Goal goal, Duration atMost) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        String url = Urls.of("instances", ref.name().value(), ref.project());
        var news = new Semaphore(0);
        try (var _ = world.events().subscribe(event -> {
            if (event.payload() instanceof Event.Lifecycle lifecycle
                    && lifecycle.source().equals(url)) {
                news.release();
            }
        })) {
            while (true) {
                news.drainPermits();
                if (isReached(ref, goal)) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                var run = goal == Goal.IP ? world.runs().get(require(ref).id()) : null;
                if (run != null) {
                    awaitAddress(run, Duration.ofNanos(left));
                } else if (!news.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
        }
    }

    private Instance require(Instance.Ref ref) {
        return Instances.require(world.store().facts(), ref);
    }

    private boolean isReached(Instance.Ref ref, Goal goal) {
        var instance = require(ref);
        var run = world.runs().get(instance.id());
        return switch (goal) {
            case STOPPED -> run == null;
            case RUNNING -> run != null && !run.container().frozen();
            case READY -> run != null && Guests.isReady(instance);
            case IP -> run != null && hasAddress(run);
            case HEALTHY -> run != null && isHealthy(instance);
        };
    }

    private boolean isHealthy(Instance instance) {
        var expanded = InstancePlanner.expanded(world.store().facts(), instance);
        if (Healthcheck.of(expanded).isEmpty()) {
            throw new Problem.BadRequest(
                            "Instance \"" + instance.name() + "\" has no health check",
                            "none of healthcheck.exec, healthcheck.tcp and healthcheck.http is set",
                            "set one of them")
                    .exception();
        }
        return health.find(instance.id())
                .filter(h -> h.status() == Health.Status.HEALTHY)
                .isPresent();
    }

    private boolean hasAddress(Run run) {
        for (var each : world.networks().guestInterfaces(run.container().initPid())) {
            for (var address : each.addresses()) {
                if (address.scope().equals("global")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns when there is one, when the container has ended, or when the time is over.
    private void awaitAddress(Run run, Duration atMost) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        NetlinkMonitor monitor;
        try (var netns = run.container().netns()) {
            monitor = NamespaceThread.inNetwork(netns, NetlinkMonitor::open);
        }
        try (monitor) {
            run.container().ended().thenRun(monitor::close);
            while (!hasAddress(run)
                    && Poller.shared().awaitReadable(monitor.fd(), Duration.ofNanos(end - System.nanoTime()))) {
                monitor.take();
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.EBADF)) {
                throw e;
            }
            // It has ended; wait for the engine to know.
            run.stopped().get();
        }
    }
}
