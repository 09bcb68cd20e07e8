package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances`: an instance to create. Absent values are null: POST takes a default, PATCH keeps what was.
/// `name` absent or empty: the server picks one. `profiles` absent: the image's, or `default`; an empty list: none.
/// `instanceType` is a size of a cloud (`aws:t2.micro`, `c2-m4`). `start` starts it at once (extension
/// `instance_create_start`).
@Json(naming = Json.Naming.LowerUnderscore)
public record InstancesPost(
        @Nullable String architecture,
        @Nullable Map<String, String> config,
        @Nullable Map<String, Map<String, String>> devices,
        @Nullable Boolean ephemeral,
        @Nullable List<String> profiles,
        @Nullable String restore,
        @Nullable Boolean stateful,
        @Nullable String description,
        @Nullable String name,
        InstanceSource source,
        @Nullable String instanceType,
        @Nullable String type,
        @Nullable Boolean start) {}
