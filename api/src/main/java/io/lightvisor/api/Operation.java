package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Work that goes on after its request was answered.
/// `class` is `task`, `websocket` or `token`; `resources` maps a plural noun to URLs (`instances` to
/// `/1.0/instances/c1`);
/// `metadata` is free-form: progress, `fds`, results. `id` is a UUID; `location` is `none` on a lone server.
@Json(naming = Json.Naming.LowerUnderscore)
public record Operation(
        String id,
        @Json.Property("class") String kind,
        String description,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt,
        String status,
        int statusCode,
        @Nullable Map<String, List<String>> resources,
        @Nullable Map<String, Object> metadata,
        boolean mayCancel,
        String err,
        String location) {}
