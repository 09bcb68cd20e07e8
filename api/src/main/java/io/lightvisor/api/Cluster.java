package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;

/// Whether and how this server is part of a cluster.
@Json(naming = Json.Naming.LowerUnderscore)
public record Cluster(String serverName, boolean enabled, List<MemberConfigKey> memberConfig) {

    /// A value that a joining member has to give.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record MemberConfigKey(String entity, String name, String key, String value, String description) {}
}
