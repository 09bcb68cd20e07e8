package io.lightvisor.engine.instance;

import java.time.Instant;

/// Asks for a backup.
///
/// @param name        empty for the next free `backupN`
/// @param expiresAt   [Instant#EPOCH] for never
/// @param compression empty for the server's choice
public record CreateBackup(
        String name, Instant expiresAt, boolean instanceOnly, boolean optimizedStorage, String compression) {}
