package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of PUT and PATCH `certificates/{fingerprint}`. Absent values are null: POST takes a default, PATCH keeps what
/// was.
@Json(naming = Json.Naming.LowerUnderscore)
public record CertificatePut(
        @Nullable String name,
        @Nullable String type,
        @Nullable Boolean restricted,
        @Nullable List<String> projects,
        @Nullable String certificate) {}
