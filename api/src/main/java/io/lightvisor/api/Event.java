package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One frame of the events websocket. `type` is `operation` (metadata: [Operation]), `lifecycle` ([Lifecycle]) or
/// `logging` ([Logging]). An event without a project goes to every listener.
@Json(naming = Json.Naming.LowerUnderscore)
public record Event(
        String type,
        @Nullable Instant timestamp,
        Object metadata,
        String location,
        @Nullable String project) {}
