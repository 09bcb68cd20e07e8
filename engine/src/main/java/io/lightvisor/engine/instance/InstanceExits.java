package io.lightvisor.engine.instance;

import io.lightvisor.container.ContainerEvents;
import io.lightvisor.container.ExitCause;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.Instance;
import io.lightvisor.store.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// The one place where a container's exit is dealt with, whoever caused it: record, tell, and then start
/// again
/// (reboot), delete (ephemeral)
/// or rest. Whoever waits for a stop waits for the end of this.
final class InstanceExits implements ContainerEvents {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final StartInstanceFlow start;
    private final DeleteInstanceFlow delete;
    private final HealthChecks health;
    private final Restarts restarts;

    InstanceExits(
            World world, StartInstanceFlow start, DeleteInstanceFlow delete, HealthChecks health, Restarts restarts) {
        this.health = health;
        this.restarts = restarts;
        this.world = world;
        this.start = start;
        this.delete = delete;
    }

    @Override
    public void exited(long instanceId, ExitCause cause) {
        try (var _ = world.locks().lock(instanceId)) {
            var run = world.runs().remove(instanceId);
            if (run == null) {
                return; // its start failed and has cleaned up
            }
            try {
                health.ended(instanceId);
                world.devices().ended(instanceId);
                world.roots().evict(instanceId);
                var instance = world.store().facts().instance(run.ref());
                if (instance.isPresent()) {
                    after(instance.get(), run.intent(), cause, ranFor(run));
                }
            } finally {
                run.stopped().complete(null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "cannot deal with the exit of instance " + instanceId, e);
        }
    }

    /// An exit that happened while no daemon was there: found out at the next start.
    void endedUnseen(Instance instance, ExitCause cause) {
        try (var _ = world.locks().lock(instance.id())) {
            // What a restart of the host ended shall run again; the record goes on saying so.
            after(
                    instance,
                    cause instanceof ExitCause.HostRestarted ? Run.Intent.HOST_SHUTDOWN : Run.Intent.GUEST,
                    cause,
                    Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "cannot deal with the exit of instance " + instance.hostName(), e);
        }
    }

    private void after(Instance instance, Run.Intent intent, ExitCause cause, Duration ran) throws Exception {
        InstanceLog.of(world.logs(instance.hostName())).line("INFO", "ended: " + words(cause));
        world.nics().ended(instance);
        boolean reboot = cause instanceof ExitCause.Rebooted && intent == Run.Intent.GUEST;
        if (intent != Run.Intent.HOST_SHUTDOWN) {
            recordStopped(instance);
        }
        if (reboot) {
            tell(instance, "instance-restarted", Map.of());
            restart(instance);
            return;
        }
        if (intent == Run.Intent.GUEST) {
            tell(instance, "instance-shutdown", Map.of());
        }
        if (instance.ephemeral() && intent != Run.Intent.RESTART) {
            delete.run(instance.ref());
            return;
        }
        if (intent == Run.Intent.GUEST) {
            restarts.consider(instance, cause, ran);
        }
    }

    private static Duration ranFor(Run run) {
        return Duration.between(run.container().startedAt(), Instant.now());
    }

    private void restart(Instance instance) {
        try {
            start.run(instance.ref());
        } catch (Exception e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "instance " + instance.hostName() + " rebooted but not started again: " + e.getMessage(),
                    e);
        }
    }

    private void recordStopped(Instance instance) {
        var keys = new TreeMap<String, String>();
        keys.put(Volatile.POWER, "STOPPED");
        keys.put(Volatile.READY, "");
        for (var key : instance.config().keySet()) {
            if (key.startsWith("volatile.") && (key.endsWith(".host_name") || isLentState(key))) {
                keys.put(key, "");
            }
        }
        world.store().decide(draft -> {
            draft.instance(instance.ref()).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys)));
            return true;
        });
    }

    /// What an interface was like before it was lent; it has been given back.
    private static boolean isLentState(String key) {
        return key.endsWith(".last_state.created")
                || key.endsWith(".last_state.hwaddr")
                || key.endsWith(".last_state.mtu");
    }

    private void tell(Instance instance, String action, Map<String, Object> context) {
        world.events()
                .lifecycle(
                        instance.project(),
                        action,
                        Urls.of("instances", instance.name().value(), instance.project()),
                        context);
    }

    static String words(ExitCause cause) {
        return switch (cause) {
            case ExitCause.Halted _ -> "it shut itself down";
            case ExitCause.Rebooted _ -> "it asked to be started again";
            case ExitCause.InitExited e -> "init returned " + e.code();
            case ExitCause.InitKilled k -> "init was killed by signal " + k.signal();
            case ExitCause.MonitorLost _ -> "its monitor was killed";
            case ExitCause.HostRestarted _ -> "the host was started anew";
        };
    }
}
