package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/console`; `type` is `console` or `vga`.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceConsolePost(
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable String type) {}
