package io.lightvisor.model;

import java.time.Instant;

/// An instance as it was at one moment: its record, and (in its pool) its root.
///
/// @param instance  the record as it was, by the name that the instance has now
/// @param name      unique in the instance
/// @param expiresAt when it is removed by itself, or [Instant#EPOCH] for never
public record InstanceSnapshot(Instance instance, SnapshotName name, Instant createdAt, Instant expiresAt) {
    /// The name of a snapshot with its instance.
    public record Ref(Instance.Ref instance, SnapshotName name) {
        /// `c1/snap0`.
        @Override
        public String toString() {
            return instance.name() + "/" + name;
        }
    }

    /// Names this snapshot among all of a host.
    public Ref ref() {
        return new Ref(instance.ref(), name);
    }

    /// Whether it goes by itself.
    public boolean expires() {
        return expiresAt.isAfter(Instant.EPOCH);
    }

    /// This snapshot by another name.
    public InstanceSnapshot withName(SnapshotName name) {
        return new InstanceSnapshot(instance, name, createdAt, expiresAt);
    }

    /// This snapshot, of an instance of another name or with another record.
    public InstanceSnapshot withInstance(Instance instance) {
        return new InstanceSnapshot(instance, name, createdAt, expiresAt);
    }

    /// This snapshot with another end.
    public InstanceSnapshot withExpiry(Instant expiresAt) {
        return new InstanceSnapshot(instance, name, createdAt, expiresAt);
    }
}
