package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST `images/aliases`.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageAliasesPost(
        @Nullable String description,
        @Nullable String target,
        @Nullable String name,
        @Nullable String type) {}
