package io.lightvisor.api;

import io.avaje.jsonb.Json;

/// An alias: a name for an image of one `type`; `target` is a fingerprint.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageAliasesEntry(String description, String target, String name, String type) {}
