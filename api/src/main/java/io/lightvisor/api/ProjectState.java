package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;

/// What a project uses of what it may.
@Json(naming = Json.Naming.LowerUnderscore)
public record ProjectState(Map<String, Resource> resources) {

    /// `limit` is -1 for none. The keys are capital, as LXD sends them.
    @Json
    public record Resource(
            @Json.Property("Limit") long limit,
            @Json.Property("Usage") long usage) {}
}
