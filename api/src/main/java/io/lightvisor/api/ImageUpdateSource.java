package io.lightvisor.api;

import org.jspecify.annotations.Nullable;

/// Where an image came from and is refreshed from. `protocol` is `lxd`, `simplestreams` or `bootstrap`.
/// Its JSON is written by hand ([ImageUpdateSourceAdapter]): a generated one could not leave the key out.
public record ImageUpdateSource(
        @Nullable String alias,
        @Nullable String certificate,
        @Nullable String protocol,
        @Nullable String server,
        @Nullable String imageType) {}
