package io.lightvisor.model;

import java.time.Instant;

/// Something of the host or an object that an administrator should know.
///
/// @param severity  `low`, `moderate` or `high`
/// @param status    `new`, `acknowledged` or `resolved`
/// @param entityUrl what it is about, or empty
public record Warning(
        String uuid,
        ProjectName project,
        String type,
        long count,
        Instant firstSeenAt,
        Instant lastSeenAt,
        String lastMessage,
        String severity,
        String status,
        String entityUrl) {}
