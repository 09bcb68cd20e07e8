package io.lightvisor.model;

import java.time.Instant;

/// A backup of an instance as recorded: an archive below `backups/instances/`, kept until it is deleted or expires.
///
/// @param instance  of the project
/// @param expiresAt [Instant#EPOCH] for never
public record InstanceBackup(
        ProjectName project,
        InstanceName instance,
        String name,
        Instant createdAt,
        Instant expiresAt,
        boolean instanceOnly,
        boolean optimizedStorage) {
    public InstanceBackup {
        if (name.indexOf('/') >= 0) {
            throw Problem.badRequest("Backup names may not contain slashes").exception();
        }
        if (!Names.segment(name)) {
            throw Problem.badValue(
                            "backup name",
                            name,
                            "a name is one URL segment: no slash, blank, quote or control character")
                    .exception();
        }
    }

    /// A backup's name with its instance.
    public record Ref(ProjectName project, InstanceName instance, String name) {}

    /// Names this backup among all.
    public Ref ref() {
        return new Ref(project, instance, name);
    }

    /// Whether it shall be gone at this time.
    public boolean isExpired(Instant now) {
        return !expiresAt.equals(Instant.EPOCH) && !expiresAt.isAfter(now);
    }

    /// This backup by another name.
    public InstanceBackup withName(String other) {
        return new InstanceBackup(project, instance, other, createdAt, expiresAt, instanceOnly, optimizedStorage);
    }

    /// This backup, of the instance by another name.
    public InstanceBackup withInstance(InstanceName other) {
        return new InstanceBackup(project, other, name, createdAt, expiresAt, instanceOnly, optimizedStorage);
    }
}
