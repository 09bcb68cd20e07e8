package io.lightvisor.model;

import java.util.Map;
import java.util.Optional;

/// The device that says in which pool an instance's root lies: a disk at `/` with a `pool`.
public record RootDisk(String device, PoolName pool, Map<String, String> options) {
    /// Finds it; two are a bad request.
    public static Optional<RootDisk> find(ExpandedInstance instance) {
        RootDisk found = null;
        for (var e : instance.devices().byName().entrySet()) {
            var options = e.getValue();
            if ("disk".equals(options.get("type"))
                    && "/".equals(options.get("path"))
                    && options.getOrDefault("source", "").isEmpty()) {
                if (found != null) {
                    throw Problem.badRequest("More than one root device found: " + found.device + " and " + e.getKey())
                            .exception();
                }
                String pool = options.getOrDefault("pool", "");
                if (pool.isEmpty()) {
                    throw Problem.badRequest("Root disk entry must have a \"pool\" property set")
                            .exception();
                }
                found = new RootDisk(e.getKey(), new PoolName(pool), options);
            }
        }
        return Optional.ofNullable(found);
    }

    /// Finds it; none is a bad request.
    public static RootDisk require(ExpandedInstance instance) {
        return find(instance)
                .orElseThrow(() -> new Problem.BadRequest(
                                "No root device could be found",
                                "",
                                "give the instance or one of its profiles a disk device with path=/ and a pool, or use --storage")
                        .exception());
    }
}
