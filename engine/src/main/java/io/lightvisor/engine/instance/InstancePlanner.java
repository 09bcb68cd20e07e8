package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Profiles;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.RootDisk;
import io.lightvisor.store.Draft;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Decides what instances become. Pure: facts in, records out; every refusal of a create or a change
/// happens here, before the first effect.
final class InstancePlanner {
    private static final String CREATING = "Failed creating instance record: ";
    private static final String INITIALISING = "Failed initialising instance: ";

    private final HostIds hostIds;
    private final InstanceRules rules;

    InstancePlanner(HostIds hostIds, InstanceRules rules) {
        this.hostIds = hostIds;
        this.rules = rules;
    }

    /// Refuses what is plainly wrong before an operation begins, and picks a name where none was given.
    /// What this lets pass is decided once more, with the image at hand, by [#create].
    CreateInstance accept(Facts facts, CreateInstance command, RandomGenerator random) {
        Projects.require(facts, command.project());
        if (command.type() != InstanceType.CONTAINER) {
            throw new Problem.BadRequest(
                            "Instance type \"virtual-machine\" is not supported on this server",
                            "this version runs containers",
                            "leave out --vm")
                    .exception();
        }
        Prefixed.run(CREATING, () -> rules.validateConfig(command.config()));
        Prefixed.run(CREATING + INITIALISING, () -> rules.validateDevices(facts, command.project(), command.devices()));
        command.profiles().ifPresent(names -> Profiles.of(facts, command.project(), names));
        if (command.name().isPresent()) {
            requireFree(
                    facts, new Instance.Ref(command.project(), command.name().get()));
            return command;
        }
        return command.withName(freeName(facts, command.project(), random));
    }

    private static void requireFree(Facts facts, Instance.Ref ref) {
        if (facts.instance(ref).isPresent()) {
            throw Problem.conflict("Instance \"" + ref.name() + "\" already exists")
                    .exception();
        }
    }

    /// Records a new instance of an image, or of nothing.
    Instance create(Draft draft, CreateInstance command, Optional<Image> image, RandomGenerator random) {
        var name = command.name().orElseGet(() -> freeName(draft, command.project(), random));
        requireFree(draft, new Instance.Ref(command.project(), name));
        var profileNames = command.profiles()
                .orElseGet(() ->
                        image.map(Image::profiles).filter(p -> !p.isEmpty()).orElse(List.of(Profile.DEFAULT)));
        var profiles = Profiles.of(draft, command.project(), profileNames);
        var config = new TreeMap<>(command.config());
        image.ifPresent(i -> {
            i.properties().forEach((k, v) -> config.putIfAbsent("image." + k, v));
            config.put(Volatile.BASE_IMAGE, i.fingerprint().value());
        });
        Prefixed.run(CREATING, () -> rules.validateConfig(config));
        Prefixed.run(CREATING + INITIALISING, () -> rules.validateDevices(draft, command.project(), command.devices()));
        var uuid = uuid(random);
        config.put(Volatile.UUID, uuid);
        config.put(Volatile.INSTANCE_ID, uuid(random));
        config.put(Volatile.APPLY_TEMPLATE, "create");
        config.put(Volatile.CREATING, "true");
        config.put(Volatile.LAST_IDMAP, "[]");
        config.putIfAbsent(Volatile.IDMAP_BASE, "0");
        var made = new Instance(
                draft.nextInstanceId(),
                command.project(),
                name,
                command.type(),
                command.architecture().orElse(image.map(Image::architecture).orElse(Architecture.host())),
                config,
                command.devices(),
                profileNames,
                command.ephemeral(),
                false,
                command.description(),
                Instant.now(),
                Instant.EPOCH);
        var expanded = ExpandedInstance.of(made, profiles);
        Prefixed.run(CREATING + INITIALISING, () -> check(draft, expanded));
        Dependencies.check(draft, expanded);
        made = made.withKeys(nicAddresses(expanded, random))
                .withKeys(idmap(draft, expanded).keys());
        draft.put(Kind.INSTANCE, made);
        return made;
    }

    /// A client that refreshes a copy writes the source's record over it; what says which instance this is stays.
    private static InstanceChange asOwn(Facts facts, Instance before, InstanceChange wanted) {
        String uuid = wanted.config().getOrDefault(Volatile.UUID, "");
        boolean copied = !uuid.isEmpty()
                && !uuid.equals(before.config().get(Volatile.UUID))
                && facts.instances().stream()
                        .anyMatch(i -> uuid.equals(i.config().get(Volatile.UUID)));
        if (!copied) {
            return wanted;
        }
        var config = new TreeMap<>(wanted.config());
        config.keySet().removeIf(key -> key.startsWith("volatile."));
        before.config().forEach((key, value) -> {
            if (key.startsWith("volatile.")) {
                config.put(key, value);
            }
        });
        return new InstanceChange(
                wanted.architecture(),
                config,
                wanted.devices(),
                wanted.profiles(),
                wanted.ephemeral(),
                wanted.description());
    }

    /// Records what a user wrote over an instance. Volatile keys that the user left out are dropped, as LXD
    /// does.
    Instance change(Draft draft, Instance before, InstanceChange asked) {
        var wanted = asOwn(draft, before, asked);
        Prefixed.run("Invalid config: ", () -> rules.validateConfig(wanted.config()));
        Prefixed.run("Invalid devices: ", () -> rules.validateDevices(draft, before.project(), wanted.devices()));
        var profiles = Profiles.of(draft, before.project(), wanted.profiles());
        for (var key : List.of(Volatile.UUID, Volatile.BASE_IMAGE)) {
            String kept = before.config().get(key);
            if (kept != null && !kept.equals(wanted.config().get(key))) {
                throw Problem.badRequest("Volatile key \"" + key + "\" can't be changed or removed")
                        .exception();
            }
        }
        var after = new Instance(
                before.id(),
                before.project(),
                before.name(),
                before.type(),
                wanted.architecture(),
                wanted.config(),
                wanted.devices(),
                wanted.profiles(),
                wanted.ephemeral(),
                before.stateful(),
                wanted.description(),
                before.createdAt(),
                before.lastUsedAt());
        var expanded = ExpandedInstance.of(after, profiles);
        Prefixed.run("Invalid expanded devices: ", () -> check(draft, expanded));
        Dependencies.check(draft, expanded);
        var oldRoot = RootDisk.find(expanded(draft, before));
        var newRoot = RootDisk.require(expanded);
        if (oldRoot.isPresent() && !oldRoot.get().pool().equals(newRoot.pool())) {
            throw Problem.badRequest("The storage pool of the root disk can't be changed")
                    .exception();
        }
        after = after.withKeys(Volatile.ofGoneDevices(
                        after.config(), expanded(draft, before).devices(), expanded.devices()))
                .withKeys(idmap(draft, expanded).keys());
        draft.put(Kind.INSTANCE, after);
        return after;
    }

    /// The instance with its profiles merged in.
    static ExpandedInstance expanded(Facts facts, Instance instance) {
        return ExpandedInstance.of(instance, Profiles.of(facts, instance));
    }

    /// The id map of its next start.
    IdmapPlanner.Planned idmap(Facts facts, ExpandedInstance instance) {
        return IdmapPlanner.plan(facts, instance, hostIds);
    }

    /// What must hold of every effective instance, however it came to be.
    void check(Facts facts, ExpandedInstance expanded) {
        var root = RootDisk.require(expanded);
        if (facts.storagePool(root.pool()).isEmpty()) {
            throw Problem.notFound("Storage pool \"" + root.pool() + "\" not found")
                    .exception();
        }
        rules.checkEffective(facts, expanded);
    }

    /// What must hold besides of an instance about to start.
    void checkStart(Facts facts, ExpandedInstance expanded) {
        check(facts, expanded);
        rules.checkStart(expanded);
    }

    /// Addresses for the NICs that have none yet.
    static Map<String, String> nicAddresses(ExpandedInstance expanded, RandomGenerator random) {
        var made = new TreeMap<String, String>();
        expanded.devices().byName().forEach((device, options) -> {
            String key = Volatile.device(device, "hwaddr");
            if ("nic".equals(options.get("type"))
                    && !Nics.keepsItsAddress(options)
                    && options.getOrDefault("hwaddr", "").isEmpty()
                    && expanded.config(key) == null) {
                made.put(key, hardwareAddress(random));
            }
        });
        return made;
    }

    /// An address of the vendor range that LXD uses: 00:16:3e and three random bytes.
    static String hardwareAddress(RandomGenerator random) {
        var out = new StringBuilder("00:16:3e");
        for (int i = 0; i < 3; i++) {
            int b = random.nextInt(256);
            out.append(':').append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
        }
        return out.toString();
    }

    static String uuid(RandomGenerator random) {
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 1L << 63).toString();
    }

    private static InstanceName freeName(Facts facts, ProjectName project, RandomGenerator random) {
        for (int i = 0; ; i++) {
            String pick = Petnames.pick(random);
            var name = new InstanceName(i < 20 ? pick : pick + "-" + random.nextInt(10_000));
            if (facts.instance(new Instance.Ref(project, name)).isEmpty()) {
                return name;
            }
        }
    }

    static List<ProfileName> names(List<String> names) {
        return names.stream().map(ProfileName::new).toList();
    }
}
