package io.lightvisor.engine.device;

import io.lightvisor.container.MountSpec;
import io.lightvisor.container.NodeSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.BlockThrottle;
import io.lightvisor.linux.mount.MountInfo;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.device.Device;
import io.lightvisor.model.device.Devices;
import io.lightvisor.model.device.DiskDevice;
import io.lightvisor.model.device.GpuDevice;
import io.lightvisor.model.device.OtherDevice;
import io.lightvisor.model.device.ProductDevice;
import io.lightvisor.model.device.ProxyDevice;
import io.lightvisor.model.device.UnixDevice;
import io.lightvisor.store.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The devices of instances, other than NICs: planned for a start, changed while a container runs, found again after a
/// restart of the daemon.
///
/// All calls about one instance come with its lock held.
public final class InstanceDevices implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final Path pools;
    private final Nodes nodes = new Nodes(new SysDevices(Path.of("/sys")));
    private final Proxies proxies;
    private final DeviceWatch watch;
    private final ConcurrentHashMap<Long, Live> lives = new ConcurrentHashMap<>();

    /// What is known of the devices of one running container.
    private static final class Live {
        private final Map<String, Attached> attached = new TreeMap<>();
        private List<BlockThrottle> throttles = List.of();

        boolean has(String device) {
            var found = attached.get(device);
            return found != null && !found.contribution().isEmpty();
        }
    }

    /// Somebody to ask again about a device, because the host has changed. Called without any lock held.
    public interface Again {
        void reconsider(long instanceId, String device);
    }

    /// @param lxdDir    state of the daemon
    /// @param daemonTag names what this daemon makes on the host
    public InstanceDevices(Path lxdDir, String daemonTag, Again again) {
        this.pools = lxdDir.resolve("storage-pools");
        this.proxies = new Proxies(lxdDir, daemonTag);
        this.watch = new DeviceWatch(again);
    }

    // ---- deciding

    /// Refuses devices that are new or different and cannot work as the host is now.
    public void checkAdded(Facts facts, ExpandedInstance before, ExpandedInstance after) {
        for (var device : devices(after.devices())) {
            if (!device.options().equals(before.devices().byName().get(device.name()))) {
                check(facts, "add", device);
            }
        }
    }

    private static void check(Facts facts, String when, Device device) {
        if (device instanceof DiskDevice disk) {
            String complaint = Disks.isVolume(disk) ? missingVolume(facts, disk) : Disks.complaint(disk);
            if (!complaint.isEmpty()) {
                throw Problem.badRequest(
                                "Failed " + when + " validation for device \"" + disk.name() + "\": " + complaint)
                        .exception();
            }
        }
    }

    /// There are no custom volumes in this version, so whatever is named does not exist.
    private static String missingVolume(Facts facts, DiskDevice disk) {
        var pool = disk.pool().orElseThrow();
        return facts.storagePool(pool).isEmpty()
                ? "Failed to get storage pool \"" + pool + "\": Storage pool not found"
                : "Failed loading custom volume: Storage volume not found";
    }

    /// What a container about to start gets.
    ///
    /// @param mounts outer before inner
    public record StartPlan(List<MountSpec> mounts, List<NodeSpec> nodes, Map<String, Attached> attached) {
        public StartPlan {
            mounts = List.copyOf(mounts);
            nodes = List.copyOf(nodes);
            attached = Map.copyOf(attached);
        }
    }

    /// Plans all devices of an instance about to start, or says which one does not work.
    public StartPlan plan(Facts facts, ExpandedInstance instance) {
        var mounts = new ArrayList<MountSpec>();
        var all = new ArrayList<NodeSpec>();
        var attached = new TreeMap<String, Attached>();
        for (var device : devices(instance.devices())) {
            check(facts, "start", device);
            var contribution = contribution(device);
            requireFree(attached, device.name(), contribution);
            mounts.addAll(contribution.mounts());
            all.addAll(contribution.nodes());
            attached.put(device.name(), new Attached(device.options(), contribution));
        }
        mounts.sort(Comparator.comparing(MountSpec::target));
        return new StartPlan(mounts, all, attached);
    }

    private Contribution contribution(Device device) {
        return switch (device) {
            case DiskDevice disk when Disks.isBind(disk) -> Disks.plan(disk);
            case UnixDevice unix -> nodes.plan(unix);
            case ProductDevice product -> nodes.plan(product);
            case GpuDevice gpu -> nodes.plan(gpu);
            case OtherDevice other -> throw OtherDevices.refusal(other);
            default -> Contribution.NOTHING;
        };
    }

    /// Two devices cannot have nodes at one path.
    private static void requireFree(Map<String, Attached> others, String device, Contribution contribution) {
        for (var node : contribution.nodes()) {
            others.forEach((name, other) -> {
                if (!name.equals(device)
                        && other.contribution().nodes().stream()
                                .anyMatch(n -> n.path().equals(node.path()))) {
                    throw DeviceFailure.start(
                            device, "Device \"" + name + "\" uses the same path \"" + node.path() + "\"");
                }
            });
        }
    }

    private static List<Device> devices(DeviceMap map) {
        return Devices.parse(map).all();
    }

    // ---- the life of a container

    /// A container has been started with this plan: gives it what needs a running one. Throws if something does not
    /// work; then the container must be ended.
    public void started(ExpandedInstance instance, StartPlan plan, RunningContainer container) throws Exception {
        var live = new Live();
        live.attached.putAll(plan.attached());
        lives.put(container.instanceId(), live);
        throttle(live, instance, container);
        for (var device : devices(instance.devices())) {
            if (device instanceof ProxyDevice proxy) {
                proxies.start(instance, proxy, container);
            }
            watch.device(container.instanceId(), device);
        }
    }

    /// A container has ended: everything of its devices that is on the host goes.
    public void ended(long instanceId) throws InterruptedException {
        lives.remove(instanceId);
        watch.forget(instanceId);
        proxies.ended(instanceId);
    }

    /// Changes what a running container has to what its devices are now. A container that ends meanwhile is no failure:
    /// its next start takes them.
    public void change(ExpandedInstance wanted, RunningContainer container) throws Exception {
        try {
            changeAll(wanted, container);
        } catch (ProblemException | SyscallException e) {
            if (!container.initPidfd().hasEnded()) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} has ended while its devices changed: {1}",
                    container.name(),
                    e.getMessage());
        }
    }

    private void changeAll(ExpandedInstance wanted, RunningContainer container) throws Exception {
        var live = lives.computeIfAbsent(container.instanceId(), _ -> new Live());
        var devices = devices(wanted.devices());
        for (var had : Map.copyOf(live.attached).entrySet()) {
            var now = wanted.devices().byName().get(had.getKey());
            if (now == null || !sameButLimits(had.getValue().options(), now)) {
                remove(live, had.getKey(), container);
            }
        }
        var fresh = new ArrayList<Device>();
        for (var device : devices) {
            if (!live.attached.containsKey(device.name())) {
                fresh.add(device);
            }
        }
        fresh.sort(Comparator.comparing(d -> d instanceof DiskDevice disk ? disk.target() : ""));
        for (var device : fresh) {
            add(live, wanted, device, container);
        }
        throttle(live, wanted, container);
        for (var device : devices) {
            live.attached.computeIfPresent(device.name(), (_, a) -> new Attached(device.options(), a.contribution()));
        }
    }

    private void add(Live live, ExpandedInstance instance, Device device, RunningContainer container) throws Exception {
        if (!device.isSupported()) {
            throw DeviceFailure.start(device.name(), device.missing());
        }
        if (device instanceof ProxyDevice proxy) {
            try {
                proxies.start(instance, proxy, container);
            } catch (ProblemException e) {
                throw e.problem().what().startsWith("Failed to start") ? e : DeviceFailure.start(proxy.name(), e);
            }
        }
        var contribution = contribution(device);
        requireFree(live.attached, device.name(), contribution);
        attach(device.name(), contribution, container);
        live.attached.put(device.name(), new Attached(device.options(), contribution));
        watch.device(container.instanceId(), device);
    }

    private void remove(Live live, String name, RunningContainer container) throws Exception {
        var attached = live.attached.get(name);
        if (attached == null) {
            return;
        }
        watch.forget(container.instanceId(), name);
        if (Device.parse(name, attached.options()) instanceof ProxyDevice proxy) {
            proxies.stop(proxy, container);
        }
        detach(name, attached.contribution(), container);
        live.attached.remove(name);
        // What was mounted below it went with it, and comes again as if new.
        for (var mount : attached.contribution().mounts()) {
            live.attached.values().removeIf(other -> other.contribution().isBelow(mount.target()));
        }
    }

    private static void attach(String name, Contribution contribution, RunningContainer container) throws Exception {
        try {
            for (var mount : contribution.mounts()) {
                container.attach(mount);
            }
            for (var node : contribution.nodes()) {
                container.attach(node);
            }
        } catch (ProblemException | SyscallException e) {
            throw DeviceFailure.start(name, e);
        }
    }

    private static void detach(String name, Contribution contribution, RunningContainer container) throws Exception {
        try {
            for (var node : contribution.nodes().reversed()) {
                container.detach(node);
            }
            for (var mount : contribution.mounts().reversed()) {
                container.detach(mount);
            }
        } catch (ProblemException | SyscallException e) {
            throw DeviceFailure.stop(name, e);
        }
    }

    private static boolean sameButLimits(Map<String, String> before, Map<String, String> after) {
        return "disk".equals(after.get("type")) && withoutLimits(before).equals(withoutLimits(after))
                || before.equals(after);
    }

    private static Map<String, String> withoutLimits(Map<String, String> options) {
        var rest = new TreeMap<>(options);
        rest.keySet().removeIf(k -> k.startsWith("limits.") || k.startsWith("user."));
        return rest;
    }

    private void throttle(Live live, ExpandedInstance instance, RunningContainer container) {
        var limited = new ArrayList<DiskThrottles.Limited>();
        for (var device : devices(instance.devices())) {
            if (device instanceof DiskDevice disk && disk.limits().isPresent()) {
                if (disk.isRoot()) {
                    limited.add(new DiskThrottles.Limited(
                            disk, pools.resolve(disk.pool().orElseThrow().value())));
                } else if (live.has(disk.name())) {
                    limited.add(new DiskThrottles.Limited(
                            disk, Path.of(disk.source().orElseThrow())));
                }
            }
        }
        if (!limited.isEmpty() || !live.throttles.isEmpty()) {
            var wanted = DiskThrottles.of(limited, live.throttles);
            container.throttle(wanted);
            live.throttles = wanted;
        }
    }

    // ---- what comes and goes on the host

    /// Looks again at one device of a running container: gives what has come, takes what has gone.
    public void reconsider(ExpandedInstance instance, String name, RunningContainer container) throws Exception {
        var live = lives.get(container.instanceId());
        var options = instance.devices().byName().get(name);
        if (live == null || options == null) {
            return;
        }
        var device = Device.parse(name, options);
        var had = live.attached.get(name);
        if (had == null) {
            return;
        }
        var has = device instanceof ProductDevice product && product.required()
                ? contributionIfAny(product, had)
                : contribution(device);
        if (has.identity().equals(had.contribution().identity())) {
            return;
        }
        var gone = new ArrayList<>(had.contribution().nodes());
        gone.removeAll(has.nodes());
        detach(name, new Contribution(had.contribution().mounts(), gone, ""), container);
        var come = new ArrayList<>(has.nodes());
        come.removeAll(had.contribution().nodes());
        live.attached.put(name, new Attached(options, Contribution.NOTHING));
        attach(name, new Contribution(has.mounts(), come, ""), container);
        live.attached.put(name, new Attached(options, has));
        throttle(live, instance, container);
        LOG.log(
                System.Logger.Level.INFO,
                "device {0} of {1} has {2}",
                name,
                container.name(),
                has.isEmpty() ? "gone" : "come");
    }

    /// A required device that is pulled out of a running instance is gone all the same.
    private Contribution contributionIfAny(ProductDevice device, Attached had) {
        try {
            return nodes.plan(device);
        } catch (ProblemException e) {
            return had.contribution().isEmpty() ? had.contribution() : Contribution.NOTHING;
        }
    }

    // ---- after a restart of the daemon

    /// Finds out what a container has that was started by an earlier daemon.
    public void recover(ExpandedInstance instance, RunningContainer container) throws InterruptedException {
        var live = new Live();
        var mounted = new java.util.HashSet<String>();
        try {
            MountInfo.of(container.initPid()).forEach(m -> mounted.add(m.mountPoint()));
        } catch (IOException e) {
            return; // it has just ended
        }
        var proxyDevices = new ArrayList<ProxyDevice>();
        for (var device : devices(instance.devices())) {
            live.attached.put(device.name(), new Attached(device.options(), found(device, mounted, container)));
            if (device instanceof ProxyDevice proxy) {
                proxyDevices.add(proxy);
            }
            watch.device(container.instanceId(), device);
        }
        lives.put(container.instanceId(), live);
        proxies.recover(instance, proxyDevices, container);
    }

    private Contribution found(Device device, java.util.Set<String> mounted, RunningContainer container) {
        return switch (device) {
            case DiskDevice disk when Disks.isBind(disk) -> foundDisk(disk, mounted);
            case UnixDevice unix -> foundNodes(List.of(Nodes.inside(unix.path())), container);
            case ProductDevice product -> {
                var paths = new ArrayList<String>();
                try {
                    nodes.plan(product).nodes().forEach(n -> paths.add(n.path()));
                } catch (ProblemException e) {
                    LOG.log(System.Logger.Level.DEBUG, e.getMessage());
                }
                yield foundNodes(paths, container);
            }
            case GpuDevice gpu -> {
                try {
                    yield nodes.plan(gpu);
                } catch (ProblemException e) {
                    yield Contribution.NOTHING;
                }
            }
            default -> Contribution.NOTHING;
        };
    }

    private static Contribution foundDisk(DiskDevice disk, java.util.Set<String> mounted) {
        if (!mounted.contains(disk.target())) {
            return Contribution.NOTHING;
        }
        try {
            var there = Disks.plan(disk);
            if (!there.isEmpty()) {
                return there;
            }
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
        }
        return new Contribution(List.of(Disks.mount(disk, "")), List.of(), "gone");
    }

    private static Contribution foundNodes(List<String> paths, RunningContainer container) {
        var found = new ArrayList<NodeSpec>();
        paths.forEach(path -> container.node(path).ifPresent(found::add));
        String identity = found.size() == 1
                ? found.getFirst().major() + ":" + found.getFirst().minor()
                : "";
        return found.isEmpty()
                ? Contribution.NOTHING
                : new Contribution(List.of(), found, paths.size() == 1 ? identity : found.toString());
    }

    /// After [#recover] of all that runs: removes what belongs to none of them, and looks at what has changed while no
    /// daemon was there.
    public void recovered() throws InterruptedException {
        proxies.sweep(lives.keySet());
        for (var live : lives.entrySet()) {
            for (var name : List.copyOf(live.getValue().attached.keySet())) {
                watch.ask(live.getKey(), name);
            }
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
