package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token that lets one client into the trust store: base64 of this as JSON.
@Json(naming = Json.Naming.LowerUnderscore)
public record CertificateAddToken(
        String clientName,
        String fingerprint,
        List<String> addresses,
        String secret,
        @Nullable Instant expiresAt) {}
