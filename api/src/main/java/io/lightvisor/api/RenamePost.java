package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST on a profile, network, project or image alias: its new name.
@Json(naming = Json.Naming.LowerUnderscore)
public record RenamePost(@Nullable String name) {}
