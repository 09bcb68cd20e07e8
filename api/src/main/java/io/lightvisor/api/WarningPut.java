package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `warnings/{uuid}`: `status` `new` or `acknowledged`.
@Json(naming = Json.Naming.LowerUnderscore)
public record WarningPut(@Nullable String status) {}
