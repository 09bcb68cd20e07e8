/// A client of the REST API: calls, operations, events. What it reads are [io.lightvisor.api.JsonObject]s, so that
/// nothing a
/// newer server sends is lost; [io.lightvisor.api.Wire] turns the bytes of an answer into records where types are
/// wanted.
///
///     try (ApiClient lxd = new ApiClient(new HttpClient(new UnixTransport(socket)))) {
///         JsonObject c1 = lxd.get("/1.0/instances/c1");
///         lxd.run("PUT", "/1.0/instances/c1/state", new JsonObject().put("action", "start"));
///     }
@NullMarked
package io.lightvisor.api.client;

import org.jspecify.annotations.NullMarked;
