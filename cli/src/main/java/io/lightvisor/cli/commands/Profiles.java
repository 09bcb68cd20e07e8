package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import java.io.IOException;
import java.util.List;

/// What profiles give an instance.
final class Profiles {
    private Profiles() {}

    /// The devices of some profiles, later ones over earlier ones.
    static JsonObject devices(ApiClient api, List<String> names) throws IOException, ApiException {
        JsonObject all = new JsonObject();
        for (String name : names) {
            JsonObject devices =
                    api.get("/1.0/profiles/" + ApiClient.segment(name)).object("devices");
            for (String device : devices.keys()) {
                all.put(device, devices.object(device));
            }
        }
        return all;
    }

    /// The name of the root disk, of the first that has one; empty if none.
    static String root(JsonObject... groups) {
        for (JsonObject devices : groups) {
            for (String name : devices.keys()) {
                JsonObject device = devices.object(name);
                if (device.text("type").equals("disk") && device.text("path").equals("/")) {
                    return name;
                }
            }
        }
        return "";
    }
}
