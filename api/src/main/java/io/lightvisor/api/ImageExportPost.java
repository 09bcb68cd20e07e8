package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of POST `images/{fingerprint}/export`: push to another server.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageExportPost(
        @Nullable String target,
        @Nullable String secret,
        @Nullable String certificate,
        @Nullable List<ImageAlias> aliases,
        @Nullable String project,
        @Nullable List<String> profiles) {}
