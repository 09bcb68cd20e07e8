package io.lightvisor.api;

import io.avaje.jsonb.Json;

/// Body of PUT `instances`: one change of state for every instance.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstancesPut(InstanceStatePut state) {}
