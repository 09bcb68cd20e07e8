package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `instances/{name}`. Absent values are null: POST takes a default, PATCH keeps what was.
/// `restore` names a snapshot to go back to; then nothing else counts.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstancePut(
        @Nullable String architecture,
        @Nullable Map<String, String> config,
        @Nullable Map<String, Map<String, String>> devices,
        @Nullable Boolean ephemeral,
        @Nullable List<String> profiles,
        @Nullable String restore,
        @Nullable Boolean stateful,
        @Nullable String description) {}
