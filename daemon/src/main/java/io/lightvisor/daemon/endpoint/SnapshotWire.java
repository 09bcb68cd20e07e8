package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.ETag;
import io.lightvisor.engine.instance.Snapshots;
import io.lightvisor.model.InstanceSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A snapshot as JSON.
final class SnapshotWire {
    /// How the API writes "never": the zero time of its clients.
    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private SnapshotWire() {}

    static io.lightvisor.api.InstanceSnapshot of(Snapshots.View view) {
        var snapshot = view.snapshot();
        var instance = snapshot.instance();
        return new io.lightvisor.api.InstanceSnapshot(
                snapshot.expires() ? snapshot.expiresAt() : NEVER,
                instance.architecture().kernelName(),
                instance.config(),
                snapshot.createdAt(),
                instance.devices().byName(),
                instance.ephemeral(),
                view.expanded().config(),
                view.expanded().devices().byName(),
                instance.lastUsedAt().isAfter(Instant.EPOCH) ? instance.lastUsedAt() : NEVER,
                snapshot.name().value(),
                InstanceWire.profiles(instance),
                false,
                -1);
    }

    static List<io.lightvisor.api.InstanceSnapshot> all(List<Snapshots.View> views) {
        var list = new ArrayList<io.lightvisor.api.InstanceSnapshot>(views.size());
        for (var view : views) {
            list.add(of(view));
        }
        return list;
    }

    static String tag(InstanceSnapshot snapshot) {
        return ETag.of(snapshot.expires() ? snapshot.expiresAt() : NEVER);
    }
}
