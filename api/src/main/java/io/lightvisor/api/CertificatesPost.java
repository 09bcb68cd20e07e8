package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of POST `certificates`. `certificate` is base64 DER; without it the certificate of the connection is meant.
/// `password` is the trust password or a token; `token` asks for a token operation.
@Json(naming = Json.Naming.LowerUnderscore)
public record CertificatesPost(
        @Nullable String name,
        @Nullable String type,
        @Nullable Boolean restricted,
        @Nullable List<String> projects,
        @Nullable String certificate,
        @Nullable String password,
        @Nullable Boolean token) {}
