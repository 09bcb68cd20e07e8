package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}` and of its snapshots: rename, move or migrate.
/// With `migration` false it is a rename to `name`; with `pool` or `project` a move in this server.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstancePost(
        @Nullable String name,
        @Nullable Boolean migration,
        @Nullable Boolean live,
        @Nullable Boolean instanceOnly,
        @Nullable Boolean containerOnly,
        @Nullable MigrationTarget target,
        @Nullable String pool,
        @Nullable String project,
        @Nullable Boolean allowInconsistent) {}
