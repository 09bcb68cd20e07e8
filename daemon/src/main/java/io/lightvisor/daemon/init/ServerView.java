package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What `lxd init` must know of the server before it proposes anything.
///
/// @param drivers  storage drivers that the host can run
/// @param pools    storage pools
/// @param networks managed networks and interfaces of the host
record ServerView(List<String> drivers, List<JsonObject> pools, List<JsonObject> networks, JsonObject profile) {
    static ServerView read(ApiClient lxd) throws IOException, ApiException {
        var drivers = new ArrayList<String>();
        for (var driver : lxd.get("/1.0").object("environment").objects("storage_supported_drivers")) {
            drivers.add(driver.text("Name"));
        }
        return new ServerView(
                drivers,
                lxd.getList("/1.0/storage-pools?recursion=1"),
                lxd.getList("/1.0/networks?recursion=1"),
                lxd.get("/1.0/profiles/default"));
    }

    /// The driver for somebody who does not care: layers where the host has them.
    String defaultDriver() {
        return drivers.contains("overlay") || drivers.isEmpty() ? "overlay" : drivers.getFirst();
    }

    boolean hasManagedNetwork() {
        for (var network : networks) {
            if (network.flag("managed")) {
                return true;
            }
        }
        return false;
    }

    boolean hasInterface(String name) {
        for (var network : networks) {
            if (network.text("name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    boolean hasPool(String name) {
        for (var pool : pools) {
            if (pool.text("name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// The first of `lxdbr0`, `lxdbr1`, ... that is free.
    String freeBridgeName() {
        int n = 0;
        while (hasInterface("lxdbr" + n)) {
            n++;
        }
        return "lxdbr" + n;
    }
}
