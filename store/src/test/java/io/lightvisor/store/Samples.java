package io.lightvisor.store;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.ServerConfig;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.model.TrustedCertificate;
import io.lightvisor.model.Warning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One record of each kind, with every field set to something.
final class Samples {
    static final Instant MOMENT = Instant.parse("2026-01-02T03:04:05.678901234Z");
    static final Fingerprint FINGERPRINT = new Fingerprint("0123456789abcdef".repeat(4));

    private Samples() {}

    static Instance instance(String name, long id) {
        return new Instance(
                id,
                Project.DEFAULT,
                new InstanceName(name),
                InstanceType.CONTAINER,
                Architecture.X86_64,
                Map.of("limits.cpu", "2", "user.text", "ein \"Wert\"\nüber zwei Zeilen \u0001 \uD83D\uDE00"),
                new DeviceMap(Map.of("eth0", Map.of("type", "nic", "network", "lxdbr0"), "none", Map.of())),
                List.of(Profile.DEFAULT, new ProfileName("web")),
                true,
                false,
                "a description",
                MOMENT,
                Instant.EPOCH);
    }

    static Instance.Ref ref(String name) {
        return new Instance.Ref(Project.DEFAULT, new InstanceName(name));
    }

    static Image image(Optional<Image.Source> source) {
        return new Image(
                Project.DEFAULT,
                FINGERPRINT,
                "image.tar.xz",
                12345678901L,
                InstanceType.CONTAINER,
                Architecture.AARCH64,
                true,
                false,
                true,
                Map.of("os", "debian"),
                MOMENT,
                Instant.EPOCH,
                Instant.EPOCH,
                MOMENT,
                source,
                List.of(Profile.DEFAULT));
    }

    static void putOneOfEach(Draft draft) {
        draft.put(Kind.INSTANCE, instance("c1", draft.nextInstanceId()));
        draft.put(
                Kind.PROFILE,
                new Profile(
                        Project.DEFAULT,
                        Profile.DEFAULT,
                        "",
                        Map.of(),
                        new DeviceMap(Map.of("root", Map.of("type", "disk", "path", "/", "pool", "p")))));
        draft.put(Kind.PROJECT, new Project(Project.DEFAULT, "the first", Map.of("features.images", "true")));
        draft.put(
                Kind.IMAGE,
                image(Optional.of(new Image.Source("https://images", "simplestreams", "debian/12", "", "container"))));
        draft.put(
                Kind.IMAGE_ALIAS,
                new Image.Alias(Project.DEFAULT, "debian/12", "", FINGERPRINT, InstanceType.CONTAINER));
        draft.put(
                Kind.NETWORK,
                new Network(
                        Project.DEFAULT,
                        new NetworkName("lxdbr0"),
                        "bridge",
                        "",
                        Map.of("ipv4.address", "10.1.2.1/24")));
        draft.put(Kind.STORAGE_POOL, new StoragePool(new PoolName("p"), "overlay", "", Map.of("source", "/x")));
        draft.put(
                Kind.STORAGE_VOLUME,
                new StorageVolume(
                        new PoolName("p"), Project.DEFAULT, StorageVolume.Type.CUSTOM, "v", "", Map.of(), MOMENT));
        draft.put(
                Kind.CERTIFICATE,
                new TrustedCertificate(
                        FINGERPRINT, "me", "client", "PEM", true, List.of(Project.DEFAULT, new ProjectName("web"))));
        draft.put(
                Kind.INSTANCE_SNAPSHOT,
                new InstanceSnapshot(instance("c1", 1), new SnapshotName("snap0"), MOMENT, MOMENT));
        draft.put(
                Kind.INSTANCE_BACKUP,
                new InstanceBackup(Project.DEFAULT, new InstanceName("c1"), "backup0", MOMENT, MOMENT, true, false));
        draft.put(Kind.SERVER_CONFIG, new ServerConfig(Map.of("core.https_address", ":8443")));
        draft.put(
                Kind.WARNING,
                new Warning(
                        "0b1c2d3e-0000-4000-8000-000000000001",
                        Project.DEFAULT,
                        "Network unavailable",
                        3,
                        MOMENT,
                        MOMENT,
                        "it is gone",
                        "moderate",
                        "new",
                        "/1.0/networks/lxdbr0"));
    }

    /// All records of all kinds, to compare whole states.
    static String dump(Facts facts) {
        var text = new StringBuilder();
        for (var kind : Kind.ALL) {
            text.append(kind.name()).append(facts.all(kind)).append('\n');
        }
        return text.toString();
    }
}
