package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A network, managed by us or only seen on the host. `status` is `Pending`, `Created`, `Errored`, `Unavailable`, or
/// empty if not managed.
@Json(naming = Json.Naming.LowerUnderscore)
public record Network(
        Map<String, String> config,
        String description,
        String name,
        String type,
        List<String> usedBy,
        boolean managed,
        String status,
        @Nullable List<String> locations) {
    public Network {
        if (config == null) {
            config = Map.of();
        }
    }
}
