package io.lightvisor.api;

import io.avaje.jsonb.Json;

/// An address in use in a network: `type` `static`, `dynamic`, `gateway` or `uplink`.
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkLease(String hostname, String hwaddr, String address, String type, String location) {}
