package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that the administrator should know. `severity` `low`, `moderate`, `high`; `status` `new`, `acknowledged`,
/// `resolved`.
@Json(naming = Json.Naming.LowerUnderscore)
public record Warning(
        String status,
        String uuid,
        String location,
        String project,
        String type,
        long count,
        @Nullable Instant firstSeenAt,
        @Nullable Instant lastSeenAt,
        String lastMessage,
        String severity,
        String entityUrl) {}
