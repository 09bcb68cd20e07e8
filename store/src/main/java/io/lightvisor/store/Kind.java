package io.lightvisor.store;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Network;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Profile;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.ServerConfig;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.model.TrustedCertificate;
import io.lightvisor.model.Warning;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A kind of record: what it is called on disk, which type its values have, and how a value is named.
///
/// Every record has a key, the text of its name: `default/c1` for an instance. A key begins with its owner, so that the
/// records of a project lie side by side; the last part alone may hold slashes (`default/debian/12` is an alias).
///
/// @param <T> the type of the values
public final class Kind<T> {
    /// Named by [Instance.Ref].
    public static final Kind<Instance> INSTANCE = new Kind<>(
            0, "instance", Instance.class, Instance.Ref.class, Instance::ref, r -> r.project() + "/" + r.name());

    /// Named by [Profile.Ref].
    public static final Kind<Profile> PROFILE =
            new Kind<>(1, "profile", Profile.class, Profile.Ref.class, Profile::ref, r -> r.project() + "/" + r.name());

    /// Named by [ProjectName].
    public static final Kind<Project> PROJECT =
            new Kind<>(2, "project", Project.class, ProjectName.class, Project::name, ProjectName::value);

    /// Named by [Image.Ref].
    public static final Kind<Image> IMAGE =
            new Kind<>(3, "image", Image.class, Image.Ref.class, Image::ref, r -> r.project() + "/" + r.fingerprint());

    /// Named by [Image.Alias.Ref].
    public static final Kind<Image.Alias> IMAGE_ALIAS = new Kind<>(
            4,
            "image-alias",
            Image.Alias.class,
            Image.Alias.Ref.class,
            Image.Alias::ref,
            r -> r.project() + "/" + r.name());

    /// Named by [Network.Ref].
    public static final Kind<Network> NETWORK =
            new Kind<>(5, "network", Network.class, Network.Ref.class, Network::ref, r -> r.project() + "/" + r.name());

    /// Named by [PoolName].
    public static final Kind<StoragePool> STORAGE_POOL =
            new Kind<>(6, "storage-pool", StoragePool.class, PoolName.class, StoragePool::name, PoolName::value);

    /// Named by [StorageVolume.Ref]; owned by its pool.
    public static final Kind<StorageVolume> STORAGE_VOLUME = new Kind<>(
            7,
            "storage-volume",
            StorageVolume.class,
            StorageVolume.Ref.class,
            StorageVolume::ref,
            r -> r.pool() + "/" + r.project() + "/" + r.type().wire() + "/" + r.name());

    /// Named by [Fingerprint].
    public static final Kind<TrustedCertificate> CERTIFICATE = new Kind<>(
            8,
            "certificate",
            TrustedCertificate.class,
            Fingerprint.class,
            TrustedCertificate::fingerprint,
            Fingerprint::value);

    /// One record, named [#SINGLE].
    public static final Kind<ServerConfig> SERVER_CONFIG =
            new Kind<>(9, "server-config", ServerConfig.class, String.class, _ -> Kind.SINGLE, r -> r);

    /// Named by its uuid.
    public static final Kind<Warning> WARNING =
            new Kind<>(10, "warning", Warning.class, String.class, Warning::uuid, r -> r);

    /// Named by its name; taken by [Draft#next(String)].
    public static final Kind<Counter> COUNTER =
            new Kind<>(11, "counter", Counter.class, String.class, Counter::name, r -> r);

    /// Named by [InstanceSnapshot.Ref]; owned by its instance (`project/instance`).
    public static final Kind<InstanceSnapshot> INSTANCE_SNAPSHOT = new Kind<>(
            12,
            "instance-snapshot",
            InstanceSnapshot.class,
            InstanceSnapshot.Ref.class,
            InstanceSnapshot::ref,
            r -> r.instance().project() + "/" + r.instance().name() + "/" + r.name());

    /// Named by [InstanceBackup.Ref]; owned by its instance (`project/instance`).
    public static final Kind<InstanceBackup> INSTANCE_BACKUP = new Kind<>(
            13,
            "instance-backup",
            InstanceBackup.class,
            InstanceBackup.Ref.class,
            InstanceBackup::ref,
            r -> r.project() + "/" + r.instance() + "/" + r.name());

    /// The name of a record that is alone of its kind.
    public static final String SINGLE = "server";

    static final ServerConfig NO_SERVER_CONFIG = new ServerConfig(Map.of());

    /// All kinds, each at the place of its number.
    static final List<Kind<?>> ALL = List.of(
            INSTANCE,
            PROFILE,
            PROJECT,
            IMAGE,
            IMAGE_ALIAS,
            NETWORK,
            STORAGE_POOL,
            STORAGE_VOLUME,
            CERTIFICATE,
            SERVER_CONFIG,
            WARNING,
            COUNTER,
            INSTANCE_SNAPSHOT,
            INSTANCE_BACKUP);

    private final int number;
    private final String name;
    private final Class<T> type;
    private final Function<T, String> keyOfValue;
    private final Function<Object, String> keyOfRef;

    private <R> Kind(
            int number,
            String name,
            Class<T> type,
            Class<R> refType,
            Function<T, R> refOfValue,
            Function<R, String> key) {
        this.number = number;
        this.name = name;
        this.type = type;
        this.keyOfValue = value -> key.apply(refOfValue.apply(value));
        this.keyOfRef = ref -> {
            if (!refType.isInstance(ref)) {
                throw new IllegalArgumentException("a record of kind " + name + " is named by "
                        + refType.getSimpleName() + ", not by " + ref.getClass().getSimpleName());
            }
            return key.apply(refType.cast(ref));
        };
    }

    /// What the kind is called on disk: `storage-pool`.
    public String name() {
        return name;
    }

    /// The type of the values.
    public Class<T> type() {
        return type;
    }

    /// The place in [#ALL]; only in memory.
    int number() {
        return number;
    }

    String keyOf(T value) {
        return keyOfValue.apply(value);
    }

    String keyOfRef(Object ref) {
        return keyOfRef.apply(ref);
    }

    @Override
    public String toString() {
        return name;
    }
}
