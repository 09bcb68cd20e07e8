package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of PUT `instances/{name}/state`. `action` is `start`, `stop`, `restart`, `freeze` or `unfreeze`;
/// `timeout` in seconds, -1 or absent for none; `force` kills.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceStatePut(
        @Nullable String action,
        @Nullable Integer timeout,
        @Nullable Boolean force,
        @Nullable Boolean stateful) {}
