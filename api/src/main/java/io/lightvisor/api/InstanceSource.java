package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a new instance comes from; `type` says which other keys count.
///
/// | type | keys |
/// |---|---|
/// | `image` | `alias`, `fingerprint` or `properties`; from elsewhere `mode` `pull`, `server`, `protocol` (`lxd`,
/// `simplestreams`, `bootstrap`), `certificate`, `secret` |
/// | `none` | |
/// | `copy` | `source` (`name` or `name/snapshot`), `project`, `instanceOnly`, `refresh`, `live`, `allowInconsistent`,
/// `baseImage` |
/// | `migration` | `mode` `pull` or `push`, `operation`, `secrets`, `certificate`, `live`, `refresh`, `instanceOnly` |
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceSource(
        @Nullable String type,
        @Nullable String certificate,
        @Nullable String alias,
        @Nullable String fingerprint,
        @Nullable Map<String, String> properties,
        @Nullable String server,
        @Nullable String secret,
        @Nullable String protocol,
        @Json.Property("base-image") @Nullable String baseImage,
        @Nullable String mode,
        @Nullable String operation,
        @Nullable Map<String, String> secrets,
        @Nullable String source,
        @Nullable Boolean live,
        @Nullable Boolean instanceOnly,
        @Nullable Boolean containerOnly,
        @Nullable Boolean refresh,
        @Nullable String project,
        @Nullable Boolean allowInconsistent) {}
