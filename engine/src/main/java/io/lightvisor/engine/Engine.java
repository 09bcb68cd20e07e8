package io.lightvisor.engine;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.image.ImageOrigin;
import io.lightvisor.engine.instance.Guests;
import io.lightvisor.engine.instance.InstanceBackups;
import io.lightvisor.engine.instance.InstancePart;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.instance.Recovery;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.server.Certificates;
import io.lightvisor.engine.server.ManagedNetworks;
import io.lightvisor.engine.server.NetworkLeases;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.engine.server.ServerSettings;
import io.lightvisor.engine.server.Warnings;
import io.lightvisor.network.Networks;
import io.lightvisor.storage.DriverInfo;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The facade that the daemon uses, and the inventory of what it is made of.
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final Store store;
    private final Events events;
    private final Operations operations;
    private final StoragePools storage;
    private final Networks network;
    private final Warnings warnings;
    private final Projects projects;
    private final Certificates certificates;
    private final ServerSettings settings;
    private final Pools pools;
    private final ManagedNetworks networks;
    private final ImageCatalog images;
    private final InstancePart instances;
    private final Profiles profiles;

    /// Where a daemon keeps its state and finds its helpers.
    ///
    /// @param lxdDir   all state lies below it
    /// @param launcher the launcher/monitor program
    public record Places(Path lxdDir, Path launcher) {
        /// Names what this daemon makes on the host: eight digits of a hash of its folder, so that daemons
        /// with
        /// different folders never meet.
        public String tag() {
            String path = lxdDir.toAbsolutePath().normalize().toString();
            long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bits
            for (int i = 0; i < path.length(); i++) {
                hash = (hash ^ path.charAt(i)) * 0x100000001b3L;
            }
            String digits = Long.toHexString(hash);
            return ("00000000" + digits).substring(digits.length());
        }
    }

    /// As below, with no images but those that are built here.
    public Engine(Places places, Store store) throws IOException {
        this(places, store, List.of());
    }

    /// Wires everything. Touches nothing on the host yet: [#start] does.
    ///
    /// @param imageOrigins where images can be fetched from
    public Engine(Places places, Store store, List<ImageOrigin> imageOrigins) throws IOException {
        this.store = store;
        this.events = new Events();
        this.operations = new Operations(events);
        this.storage = new StoragePools(places.lxdDir());
        this.network = new Networks(places.lxdDir().resolve("networks"), places.tag());
        this.warnings = new Warnings(store);
        this.projects = new Projects(store, events);
        this.certificates = new Certificates(store, events, operations);
        this.settings = new ServerSettings(store, events);
        this.pools = new Pools(store, events, storage);
        this.networks = new ManagedNetworks(store, events, network);
        this.images = new ImageCatalog(places.lxdDir(), store, events, operations, storage, imageOrigins);
        this.instances = new InstancePart(
                places.lxdDir(),
                places.launcher(),
                places.tag(),
                store,
                events,
                operations,
                storage,
                network,
                images,
                warnings);
        this.profiles = new Profiles(store, events, instances.profileUpdates());
    }

    /// Brings everything recorded to life and finds again what runs. What cannot be used becomes a warning;
    /// the rest
    /// goes on.
    public void start() throws InterruptedException {
        projects.ensureDefault();
        images.recover();
        var facts = store.facts();
        storage.recover(facts.storagePools())
                .forEach((pool, problem) -> warn(
                        "Storage pool unavailable",
                        "high",
                        problem.sentence(),
                        Urls.of("storage-pools", pool.value())));
        var bridges = Thread.ofVirtual().name("recover networks").start(this::recoverNetworks);
        instances.recover();
        bridges.join();
        Thread.ofVirtual().name("autostart").start(() -> {
            try {
                instances.autostart();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void recoverNetworks() {
        try {
            var facts = store.facts();
            network.recover(facts.all(Kind.NETWORK), NetworkLeases.all(facts))
                    .forEach((name, problem) -> warn(
                            "Network unavailable",
                            "high",
                            problem.problem().sentence(),
                            Urls.of("networks", name.value())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void warn(String type, String severity, String message, String url) {
        LOG.log(System.Logger.Level.WARNING, type + ": " + message);
        warnings.raise(type, severity, message, url);
    }

    /// The records.
    public Store store() {
        return store;
    }

    /// What happens.
    public Events events() {
        return events;
    }

    /// Work under way.
    public Operations operations() {
        return operations;
    }

    /// Warnings.
    public Warnings warnings() {
        return warnings;
    }

    /// Projects.
    public Projects projects() {
        return projects;
    }

    /// Client certificates.
    public Certificates certificates() {
        return certificates;
    }

    /// The server's keys.
    public ServerSettings settings() {
        return settings;
    }

    /// Storage pools.
    public Pools pools() {
        return pools;
    }

    /// Storage drivers that this host can run.
    public List<DriverInfo> storageDrivers() {
        return new ArrayList<>(storage.supportedDrivers());
    }

    /// Networks.
    public ManagedNetworks networks() {
        return networks;
    }

    /// Images.
    public ImageCatalog images() {
        return images;
    }

    /// Instances.
    public Instances instances() {
        return instances.instances();
    }

    /// What running containers may ask.
    public Guests guests() {
        return instances.guests();
    }

    /// Backups of instances.
    public InstanceBackups backups() {
        return instances.backups();
    }

    /// Finds again instances whose records are lost.
    public Recovery recovery() {
        return instances.recovery();
    }

    /// Profiles.
    public Profiles profiles() {
        return profiles;
    }

    /// Whether a start of the daemon would start instances.
    public boolean hasAutostart() {
        return instances.hasAutostart();
    }

    /// Stops all instances because the host goes down.
    public void shutdownInstances(boolean force) throws InterruptedException {
        instances.shutdownAll(force);
    }

    /// Lets go of everything; instances go on.
    @Override
    public void close() {
        operations.close();
        instances.close();
        network.close();
        storage.close();
        store.close();
    }
}
