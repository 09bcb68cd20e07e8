package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupIndex;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.RootDisk;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.store.Draft;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Decides what the instance of a backup becomes here. Pure. What the backup says is held to the same rules as what a
/// user says.
final class ImportPlanner {
    private final InstancePlanner planner;
    private final InstanceRules rules;

    ImportPlanner(InstancePlanner planner, InstanceRules rules) {
        this.planner = planner;
        this.rules = rules;
    }

    /// What is wanted beside what the backup says.
    ///
    /// @param name otherwise the backup's own
    /// @param pool otherwise the backup's own if it is here, else that of the default profile
    record Wish(ProjectName project, Optional<InstanceName> name, Optional<PoolName> pool) {
        Instance.Ref ref(BackupIndex index) {
            return new Instance.Ref(project, name.orElse(index.name()));
        }
    }

    /// Refuses what cannot be imported, before anything is done.
    void accept(Facts facts, BackupIndex index, Wish wish) {
        Projects.require(facts, wish.project());
        if (index.optimized()) {
            throw new Problem.BadRequest(
                            "Optimized backup storage driver differs from the target storage pool driver",
                            "its root is a stream that only the driver of its pool reads",
                            "export it without --optimized-storage")
                    .exception();
        }
        requireFree(facts, wish.ref(index));
        plan(facts, index, wish, 1, new java.util.Random(0));
    }

    private static void requireFree(Facts facts, Instance.Ref ref) {
        if (facts.instance(ref).isPresent()) {
            throw Problem.conflict("Instance \"" + ref.name() + "\" already exists")
                    .exception();
        }
    }

    /// Records the instance, its snapshots and its volume.
    Instance record(Draft draft, BackupIndex index, Wish wish, RandomGenerator random) {
        requireFree(draft, wish.ref(index));
        var made = plan(draft, index, wish, draft.nextInstanceId(), random);
        draft.put(Kind.INSTANCE, made);
        var pool = RootDisk.require(InstancePlanner.expanded(draft, made)).pool();
        draft.put(
                Kind.STORAGE_VOLUME,
                new StorageVolume(
                        pool,
                        made.project(),
                        StorageVolume.Type.CONTAINER,
                        made.name().value(),
                        "",
                        Map.of(),
                        Instant.now()));
        for (var each : index.snapshots()) {
            draft.put(Kind.INSTANCE_SNAPSHOT, snapshot(made, each));
        }
        return made;
    }

    private InstanceSnapshot snapshot(Instance made, BackupIndex.Snapshot each) {
        rules.validateConfig(each.config());
        var then = new Instance(
                made.id(),
                made.project(),
                made.name(),
                made.type(),
                each.architecture(),
                settled(each.config()),
                each.devices(),
                each.profiles(),
                each.ephemeral(),
                false,
                "",
                each.createdAt(),
                Instant.EPOCH);
        return new InstanceSnapshot(then, each.name(), each.createdAt(), each.expiresAt());
    }

    /// Without what was true there only: no root here lies shifted, nothing runs.
    private static Map<String, String> settled(Map<String, String> config) {
        var kept = new TreeMap<>(config);
        kept.keySet()
                .removeIf(key -> key.startsWith("volatile.")
                        && (key.endsWith(".host_name") || key.startsWith("volatile.lightvisor.")));
        kept.remove(Volatile.CURRENT_IDMAP);
        kept.put(Volatile.LAST_IDMAP, "[]");
        kept.put(Volatile.POWER, "STOPPED");
        kept.remove(Volatile.IDMAP_BASE);
        return kept;
    }

    private Instance plan(Facts facts, BackupIndex index, Wish wish, long id, RandomGenerator random) {
        rules.validateConfig(index.config());
        var profiles = Profiles.of(facts, wish.project(), index.profiles());
        var config = new TreeMap<>(settled(index.config()));
        config.put(Volatile.CREATING, "true");
        for (var other : facts.instances()) {
            // An import beside its original: two of one address would take turns on the network.
            config.entrySet()
                    .removeIf(each -> each.getKey().startsWith("volatile.")
                            && (each.getKey().endsWith(".hwaddr")
                                    || each.getKey().equals(Volatile.UUID))
                            && each.getValue().equals(other.config().get(each.getKey())));
        }
        config.putIfAbsent(Volatile.UUID, InstancePlanner.uuid(random));
        config.putIfAbsent(Volatile.INSTANCE_ID, InstancePlanner.uuid(random));
        var ref = wish.ref(index);
        var made = new Instance(
                id,
                ref.project(),
                ref.name(),
                InstanceType.CONTAINER,
                index.architecture(),
                config,
                index.devices(),
                index.profiles(),
                index.ephemeral(),
                false,
                index.description(),
                index.createdAt().equals(Instant.EPOCH) ? Instant.now() : index.createdAt(),
                index.lastUsedAt());
        made = made.withDevices(rootIn(pool(facts, index, wish), made, profiles));
        var expanded = ExpandedInstance.of(made, profiles);
        rules.validateDevices(facts, made.project(), made.devices());
        planner.check(facts, expanded);
        return made.withKeys(InstancePlanner.nicAddresses(expanded, random))
                .withKeys(planner.idmap(facts, expanded).keys());
    }

    private static PoolName pool(Facts facts, BackupIndex index, Wish wish) {
        if (wish.pool().isPresent()) {
            if (facts.storagePool(wish.pool().get()).isEmpty()) {
                throw Problem.notFound("Storage pool not found").exception();
            }
            return wish.pool().get();
        }
        var own =
                index.pool().map(p -> p.name()).filter(p -> facts.storagePool(p).isPresent());
        if (own.isPresent()) {
            return own.get();
        }
        var profile = facts.profile(new Profile.Ref(wish.project(), Profile.DEFAULT));
        for (var options : profile.map(p -> p.devices().byName().values()).orElse(List.of())) {
            if ("disk".equals(options.get("type")) && "/".equals(options.get("path")) && options.containsKey("pool")) {
                return new PoolName(options.get("pool"));
            }
        }
        throw new Problem.BadRequest(
                        "No storage pool for the instance of this backup",
                        "its own is not here, and the default profile names none",
                        "choose one with --storage")
                .exception();
    }

    /// The instance's own devices, with its root in this pool.
    private static DeviceMap rootIn(PoolName pool, Instance made, List<Profile> profiles) {
        var root = RootDisk.find(ExpandedInstance.of(made, profiles));
        if (root.isPresent() && root.get().pool().equals(pool)) {
            return made.devices();
        }
        var devices = new HashMap<>(made.devices().byName());
        var options = new HashMap<>(root.map(RootDisk::options).orElse(Map.of("type", "disk", "path", "/")));
        options.put("pool", pool.value());
        devices.put(root.map(RootDisk::device).orElse("root"), options);
        return new DeviceMap(devices);
    }
}
