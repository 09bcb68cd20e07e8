package io.lightvisor.daemon.init;

import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import java.io.IOException;

/// `lxd init --dump`: what the server is configured to, as a preseed for another.
final class InitDump {
    private InitDump() {}

    static Preseed read(ApiClient lxd) throws IOException, ApiException {
        var preseed = Preseed.empty();
        lxd.get("/1.0").object("config").map().forEach(preseed.config()::put);
        for (var network : lxd.getList("/1.0/networks?recursion=1")) {
            if (network.flag("managed")) {
                preseed.networks()
                        .add(InitCommand.only(network, "config", "description", "name", "type")
                                .put("project", "default"));
            }
        }
        for (var pool : lxd.getList("/1.0/storage-pools?recursion=1")) {
            preseed.pools().add(InitCommand.only(pool, "config", "description", "name", "driver"));
        }
        for (var profile : lxd.getList("/1.0/profiles?recursion=1")) {
            preseed.profiles().add(InitCommand.only(profile, "config", "description", "devices", "name"));
        }
        for (var project : lxd.getList("/1.0/projects?recursion=1")) {
            preseed.projects().add(InitCommand.only(project, "config", "description", "name"));
        }
        return preseed;
    }
}
