package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Metadata of a lifecycle event: `action` (`instance-started`) on `source` (`/1.0/instances/c1`).
@Json(naming = Json.Naming.LowerUnderscore)
public record Lifecycle(
        String action,
        String source,
        @Nullable Map<String, Object> context,
        @Nullable Requestor requestor) {

    /// Who asked: user name or certificate, `unix` or `tls`, and the address.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Requestor(String username, String protocol, String address) {}
}
