package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;

/// A trusted certificate: `certificate` is PEM; `type` `client`, `metrics` or `server`; `projects` count if
/// `restricted`.
@Json(naming = Json.Naming.LowerUnderscore)
public record Certificate(
        String name, String type, boolean restricted, List<String> projects, String certificate, String fingerprint) {}
