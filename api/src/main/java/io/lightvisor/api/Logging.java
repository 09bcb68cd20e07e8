package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;

/// Metadata of a logging event.
@Json(naming = Json.Naming.LowerUnderscore)
public record Logging(String message, String level, Map<String, String> context) {}
