package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// An alias as an image lists it, or as one to be made with an image.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageAlias(String name, @Nullable String description) {}
