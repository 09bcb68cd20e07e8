package io.lightvisor.api;

import io.avaje.jsonb.Json;

/// A storage driver that this server can use. The keys are capital, as LXD sends them.
@Json(naming = Json.Naming.LowerUnderscore)
public record StorageDriverInfo(
        @Json.Property("Name") String name,
        @Json.Property("Version") String version,
        @Json.Property("Remote") boolean remote) {}
