package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/// What GET `/1.0` answers to a trusted caller: version, extensions, configuration and environment.
/// `config` values are strings, or `true` for a secret that is set (`core.trust_password`).
@Json(naming = Json.Naming.LowerUnderscore)
public record Server(
        Map<String, Object> config,
        List<String> apiExtensions,
        String apiStatus,
        String apiVersion,
        String auth,
        @Json.Property("public") boolean isPublic,
        List<String> authMethods,
        ServerEnvironment environment) {
    public Server {
        if (config == null) {
            config = Map.of();
        }
    }
}
