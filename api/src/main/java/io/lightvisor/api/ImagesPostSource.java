package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Where a new image comes from; `type` says which other keys count.
///
/// | type | keys |
/// |---|---|
/// | `image` | `alias` or `fingerprint`, `mode` `pull`, `server`, `protocol` (`lxd`, `simplestreams`, `bootstrap`),
/// `certificate`, `secret`, `imageType`, `project`; `packages` (comma list) with `bootstrap` |
/// | `url` | `url` |
/// | `instance`, `container`, `virtual-machine`, `snapshot` | `name` (`c1`, `c1/snap0`) |
///
/// `mode` `push` answers a token operation with `metadata.secret`.
@Json(naming = Json.Naming.LowerUnderscore)
public record ImagesPostSource(
        @Nullable String type,
        @Nullable String mode,
        @Nullable String alias,
        @Nullable String certificate,
        @Nullable String fingerprint,
        @Nullable String imageType,
        @Nullable String server,
        @Nullable String protocol,
        @Nullable String secret,
        @Nullable String url,
        @Nullable String name,
        @Nullable String project,
        @Nullable String packages) {}
