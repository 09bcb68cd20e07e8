package io.lightvisor.engine.instance;

import io.lightvisor.container.MountSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.store.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What running containers may ask and say about themselves through `/dev/lxd/sock`. A guest sees its own
/// `user.*` and `cloud-init.*` keys, its devices, and nothing of any other.
public final class Guests {
    /// Where the guest finds the socket's folder.
    static final String FOLDER = "/dev/lxd";

    private final World world;
    private final GuestNews news;

    Guests(World world, GuestNews news) {
        this.world = world;
        this.news = news;
    }

    /// Who is at the other end of a connection.
    ///
    /// @param root whether it is the container's root, who alone may ask
    public record Guest(long instanceId, Instance.Ref ref, boolean root) {}

    /// The container of a process that connected, and the process's standing in it. Empty for a process
    /// of the host.
    ///
    /// @param pid in our pid namespace; the caller makes sure that it still is the process that connected
    /// @param uid as the host sees it
    public Optional<Guest> guest(int pid, int uid) {
        return world.containers().ofProcess(pid).flatMap(container -> {
            var run = world.runs().get(container.instanceId());
            return run == null
                    ? Optional.empty()
                    : Optional.of(new Guest(container.instanceId(), run.ref(), isRoot(container, uid)));
        });
    }

    private static boolean isRoot(RunningContainer container, int uid) {
        return container.idmap().toHost(Idmap.Kind.UID, 0) == Integer.toUnsignedLong(uid);
    }

    /// The instance as it is now.
    ///
    /// @throws io.lightvisor.model.ProblemException `NotFound` if it is no more
    public ExpandedInstance instance(Guest guest) {
        var facts = world.store().facts();
        return InstancePlanner.expanded(facts, Instances.require(facts, guest.ref()));
    }

    /// What changes, as it does.
    public GuestNews news() {
        return news;
    }

    /// Whether the guest may see a key.
    public static boolean mayRead(String key) {
        return key.startsWith("user.") || key.startsWith("cloud-init.");
    }

    /// Whether the instance has the socket at all.
    public static boolean isOpen(ExpandedInstance expanded) {
        return expanded.flag("security.devlxd", expanded.flag("security.guestapi", true));
    }

    /// Whether images may be fetched through it.
    public static boolean givesImages(ExpandedInstance expanded) {
        return expanded.flag("security.devlxd.images", expanded.flag("security.guestapi.images", false));
    }

    /// The devices as the guest sees them: a NIC tells its address even where the server chose it.
    public static Map<String, Map<String, String>> devices(ExpandedInstance expanded) {
        var all = new TreeMap<String, Map<String, String>>();
        expanded.devices().byName().forEach((name, options) -> {
            var shown = new TreeMap<>(options);
            String address = expanded.config(Volatile.device(name, "hwaddr"), "");
            if ("nic".equals(options.get("type")) && !address.isEmpty()) {
                shown.putIfAbsent("hwaddr", address);
            }
            all.put(name, shown);
        });
        return all;
    }

    /// What cloud-init reads first.
    public static String metaData(ExpandedInstance expanded) {
        return "#cloud-config\ninstance-id: " + expanded.config(Volatile.INSTANCE_ID, "") + "\nlocal-hostname: "
                + expanded.instance().name() + "\n" + expanded.config("user.meta-data", "");
    }

    /// Whether the guest has said that it is ready.
    public static boolean isReady(Instance instance) {
        return instance.config(Volatile.READY, "").equals("true");
    }

    /// Records that the guest says it is ready, or not any more, and tells it the first time.
    public void ready(Guest guest, boolean ready) throws InterruptedException {
        try (var _ = world.locks().lock(guest.instanceId())) {
            if (!world.runs().containsKey(guest.instanceId())) {
                throw Problem.badRequest("Instance is not running").exception();
            }
            boolean news = world.store().decide(draft -> {
                var instance = Instances.require(draft, guest.ref());
                if (instance.config(Volatile.READY, "").equals(Boolean.toString(ready))) {
                    return false;
                }
                draft.put(Kind.INSTANCE, instance.withKeys(Map.of(Volatile.READY, Boolean.toString(ready))));
                return true;
            });
            if (ready && news) {
                world.events()
                        .lifecycle(
                                guest.ref().project(),
                                "instance-ready",
                                Urls.of(
                                        "instances",
                                        guest.ref().name().value(),
                                        guest.ref().project()));
            }
        }
    }

    // ---- for start and live update

    /// The folder with the socket, shown to a container. A folder and not the socket itself, so that the
    /// next daemon's socket is seen in it; read-only, so that a privileged guest cannot put its own in
    /// its place.
    static MountSpec mount(Path lxdDir) {
        return new MountSpec(lxdDir.resolve("devlxd"), FOLDER, false, true, false, false);
    }

    /// Shows the folder or takes it away when the key changed. Called with the instance's lock held.
    void apply(ExpandedInstance before, ExpandedInstance after, RunningContainer container)
            throws InterruptedException {
        boolean was = isOpen(before);
        boolean is = isOpen(after);
        if (is && !was) {
            container.attach(mount(world.lxdDir()));
        } else if (was && !is) {
            container.detach(FOLDER);
        }
        news.changed(before, after);
    }
}
