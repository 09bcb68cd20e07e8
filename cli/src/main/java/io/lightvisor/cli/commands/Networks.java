package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import java.io.IOException;

/// How instances are connected to networks.
final class Networks {
    private Networks() {}

    /// A NIC on that network: on the network itself if it is managed, else on the bridge or interface of that name.
    static JsonObject nic(ApiClient api, String network) throws IOException, ApiException {
        JsonObject found = api.get("/1.0/networks/" + ApiClient.segment(network));
        JsonObject nic = new JsonObject().put("type", "nic").put("name", "eth0");
        if (found.flag("managed")) {
            return nic.put("network", network);
        }
        return nic.put("parent", network).put("nictype", found.text("type").equals("bridge") ? "bridged" : "macvlan");
    }
}
