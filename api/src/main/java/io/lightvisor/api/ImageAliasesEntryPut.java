package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `images/aliases/{name}`. Absent values are null: POST takes a default, PATCH keeps what was.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageAliasesEntryPut(
        @Nullable String description, @Nullable String target) {}
