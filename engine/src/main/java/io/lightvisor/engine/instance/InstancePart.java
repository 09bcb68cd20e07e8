package io.lightvisor.engine.instance;

import io.lightvisor.container.Containers;
import io.lightvisor.container.ExitCause;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.engine.device.InstanceDevices;
import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.engine.server.Warnings;
import io.lightvisor.model.Instance;
import io.lightvisor.network.Networks;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Everything that deals with instances, wired; and its life: find again what runs, bring back what ran,
/// stop all.
public final class InstancePart {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final Instances instances;
    private final Guests guests;
    private final HealthChecks health;
    private final ProfileUpdates profileUpdates;
    private final InstanceExits exits;
    private final DeleteInstanceFlow delete;
    private final Autostart autostart;
    private final HostShutdown hostShutdown;
    private final SnapshotTimer snapshotTimer;
    private final BackupPart backups;

    /// @param launcher the launcher/monitor program
    /// @param tag      names what this daemon makes on the host
    public InstancePart(
            Path lxdDir,
            Path launcher,
            String tag,
            Store store,
            Events events,
            Operations operations,
            StoragePools pools,
            Networks networks,
            ImageCatalog images,
            Warnings warnings)
            throws IOException {
        var rules = new InstanceRules();
        var planner = new InstancePlanner(HostIds.ofThisHost(), rules);
        var exitsLater = new InstanceExits[1];
        var containers =
                new Containers(lxdDir.resolve("run"), launcher, tag, (id, cause) -> exitsLater[0].exited(id, cause));
        var devices = new InstanceDevices(lxdDir, tag, this::reconsiderDevice);
        var locks = new KeyedLocks<Long>();
        var runs = new ConcurrentHashMap<Long, Run>();
        this.world = new World(
                lxdDir,
                store,
                events,
                operations,
                containers,
                pools,
                networks,
                new Nics(store, networks),
                devices,
                planner,
                locks,
                runs,
                new GuestRoots(store, pools, locks, runs));
        containers.mountPolicies(new MountPolicies(store, runs)::of);
        var cpus = new CpuPlacement(world);
        this.guests = new Guests(world, new GuestNews());
        this.health = new HealthChecks(world);
        var live = new LiveUpdate(world, cpus, guests, health);
        var start = new StartInstanceFlow(world, cpus, new GuestTemplates(pools), health);
        var restarts = new Restarts(world, start);
        var dependencies = new Dependencies(world, start, health);
        this.delete = new DeleteInstanceFlow(world);
        var stop = new StopInstanceFlow(world);
        this.exits = new InstanceExits(world, start, delete, health, restarts);
        exitsLater[0] = exits;
        this.profileUpdates = new ProfileUpdates(world, rules, live);
        this.autostart = new Autostart(world, start, warnings, dependencies);
        this.hostShutdown = new HostShutdown(world, stop);
        this.backups = new BackupPart(world, rules);
        this.instances = new Instances(
                world,
                images,
                new CreateInstanceFlow(world, images),
                start,
                stop,
                delete,
                new RenameInstanceFlow(world),
                new UpdateInstanceFlow(world, live),
                cpus,
                health,
                restarts,
                dependencies);
        this.snapshotTimer = new SnapshotTimer(world, instances.snapshots());
    }

    /// What can be asked of instances.
    public Instances instances() {
        return instances;
    }

    /// What running containers may ask.
    public Guests guests() {
        return guests;
    }

    /// Their backups.
    public InstanceBackups backups() {
        return backups.backups();
    }

    /// Finds again those whose records are lost.
    public Recovery recovery() {
        return backups.recovery();
    }

    /// What profiles need when they change.
    public Profiles.InstanceUpdates profileUpdates() {
        return profileUpdates;
    }

    /// Finds again what runs, by its monitors; deals with what ended while no daemon was there.
    public void recover() throws InterruptedException {
        recoverRunning();
        world.nics().recover(world.runs().keySet());
        instances.recover();
        for (var instance : world.store().facts().instances()) {
            if (instance.config().containsKey(Volatile.CREATING)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "instance " + instance.hostName() + " was never made whole, its creation was cut off: removed");
                delete.run(instance.ref());
            }
        }
        snapshotTimer.start();
        backups.start();
    }

    private void recoverRunning() throws InterruptedException {
        var byId = new HashMap<Long, Instance>();
        for (var instance : world.store().facts().instances()) {
            byId.put(instance.id(), instance);
        }
        for (var found : world.containers().recover()) {
            var instance = byId.remove(found.instanceId());
            if (instance == null) {
                found.running().ifPresent(InstancePart::killUnknown);
                continue;
            }
            if (found.running().isPresent()) {
                var running = found.running().get();
                var run = new Run(instance.ref(), running);
                world.runs().put(instance.id(), run);
                var expanded = InstancePlanner.expanded(world.store().facts(), instance);
                world.devices().recover(expanded, running);
                health.follow(expanded, run);
            } else {
                world.devices().ended(instance.id());
                exits.endedUnseen(instance, found.ended().orElse(new ExitCause.MonitorLost()));
            }
        }
        world.devices().recovered();
    }

    /// The host has changed: a device of a running container may have come or gone.
    private void reconsiderDevice(long instanceId, String device) {
        try (var _ = world.locks().lock(instanceId)) {
            var run = world.runs().get(instanceId);
            if (run == null) {
                return;
            }
            var facts = world.store().facts();
            var instance = facts.instance(run.ref());
            if (instance.isPresent() && instance.get().id() == instanceId) {
                world.devices().reconsider(InstancePlanner.expanded(facts, instance.get()), device, run.container());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "device " + device + " not changed with the host: " + e.getMessage());
        }
    }

    /// A container whose record is gone cannot be reached by anybody any more.
    private static void killUnknown(RunningContainer container) {
        LOG.log(System.Logger.Level.WARNING, "container " + container.name() + " runs without a record and is killed");
        try {
            container.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts what shall run. Takes as long as the delays that users set; call it in the background.
    public void autostart() throws InterruptedException {
        autostart.run();
    }

    /// Whether [#autostart] has anything to do.
    public boolean hasAutostart() {
        return !autostart.due().isEmpty();
    }

    /// Stops everything because the host goes down.
    public void shutdownAll(boolean force) throws InterruptedException {
        hostShutdown.run(force);
    }

    /// Lets go of the running containers without touching them.
    public void close() {
        backups.close();
        world.devices().close();
        snapshotTimer.close();
        world.containers().close();
    }

    /// Instances that run now.
    public List<Long> running() {
        return List.copyOf(world.runs().keySet());
    }
}
