package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;

/// What GET `/1.0` answers to a caller that is not trusted.
/// `auth` is `untrusted`; `authMethods` must hold `tls`, or clients will not offer their certificate.
@Json(naming = Json.Naming.LowerUnderscore)
public record ServerUntrusted(
        List<String> apiExtensions,
        String apiStatus,
        String apiVersion,
        String auth,
        @Json.Property("public") boolean isPublic,
        List<String> authMethods) {}
