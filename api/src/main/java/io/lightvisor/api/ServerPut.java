package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `/1.0`: the server's configuration, as strings (numbers and booleans are taken too).
@Json(naming = Json.Naming.LowerUnderscore)
public record ServerPut(@Nullable Map<String, Object> config) {}
