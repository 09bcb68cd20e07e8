package io.lightvisor.store;

import io.avaje.json.JsonAdapter;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceSnapshot;
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
import java.io.StringWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Records as the JSON of their row's body. Fields that a record does not know are skipped.
@Json.Import({
    Counter.class,
    Image.class,
    Image.Alias.class,
    Image.Source.class,
    Instance.class,
    InstanceBackup.class,
    InstanceSnapshot.class,
    Network.class,
    Profile.class,
    Project.class,
    ServerConfig.class,
    StoragePool.class,
    StorageVolume.class,
    TrustedCertificate.class,
    Warning.class
})
final class RowJson {
    /// The version of the bodies written here. It grows when a body's meaning changes; fields may come without that.
    static final int VERSION = 1;

    private final Jsonb jsonb = Jsonb.builder()
            .serializeEmpty(true)
            .add(DeviceMap.class, new DeviceMapJson())
            .add(Fingerprint.class, new RowText<>(Fingerprint::new, Fingerprint::value))
            .add(Instant.class, new RowText<>(InstantText::parse, InstantText::print))
            .add(InstanceName.class, new RowText<>(InstanceName::new, InstanceName::value))
            .add(NetworkName.class, new RowText<>(NetworkName::new, NetworkName::value))
            .add(PoolName.class, new RowText<>(PoolName::new, PoolName::value))
            .add(ProfileName.class, new RowText<>(ProfileName::new, ProfileName::value))
            .add(ProjectName.class, new RowText<>(ProjectName::new, ProjectName::value))
            .add(SnapshotName.class, new RowText<>(SnapshotName::new, SnapshotName::value))
            .build();
    private final @Nullable JsonAdapter<?>[] adapters = new JsonAdapter<?>[Kind.ALL.size()];

    String encode(Kind<?> kind, Object value) {
        var writer = new StringWriter(512);
        try (var json = jsonb.writer(writer)) {
            adapter(kind).toJson(json, value);
        }
        return writer.toString();
    }

    /// Reads a body.
    ///
    /// @throws RuntimeException of many kinds, if it cannot be understood
    Object decode(Kind<?> kind, String body) {
        try (var json = jsonb.reader(body)) {
            return kind.type().cast(adapter(kind).fromJson(json));
        }
    }

    /// The adapter of a kind, made when first asked for: each costs a handful of classes. Made twice does no harm.
    @SuppressWarnings("unchecked") // encode and decode pair each kind with values of its type
    private JsonAdapter<Object> adapter(Kind<?> kind) {
        var adapter = adapters[kind.number()];
        if (adapter == null) {
            adapter = jsonb.adapter(kind.type());
            adapters[kind.number()] = adapter;
        }
        return (JsonAdapter<Object>) adapter;
    }
}
