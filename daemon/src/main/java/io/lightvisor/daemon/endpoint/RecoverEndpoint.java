package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.Recovery;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.StoragePool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `/internal/recover`: for `lxd recover`, ours and Debian's.
///
///     {"Pools": [{"name": "default"}, {"name": "old", "driver": "dir", "config": {"source": "/srv/old"}}]}
final class RecoverEndpoint {
    private final Recovery recovery;

    RecoverEndpoint(Recovery recovery) {
        this.recovery = recovery;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/internal/recover/validate", this::look),
                Route.of("POST", "/internal/recover/import", this::recover));
    }

    private Answer look(Call call) throws IOException {
        var found = recovery.look(pools(call));
        var volumes = new ArrayList<Object>();
        for (var lost : found.lost()) {
            var volume = new LinkedHashMap<String, Object>();
            volume.put("name", lost.instance().name().value());
            volume.put("type", "container");
            volume.put("snapshotCount", lost.snapshots());
            volume.put("project", lost.instance().project().value());
            volume.put("pool", lost.pool().value());
            volumes.add(volume);
        }
        var answer = new LinkedHashMap<String, Object>();
        answer.put("UnknownVolumes", volumes);
        answer.put("DependencyErrors", found.missing());
        answer.put("Unreadable", found.broken());
        return Answer.sync(answer);
    }

    private Answer recover(Call call) throws IOException {
        recovery.recover(pools(call));
        return Answer.empty();
    }

    private static List<StoragePool> pools(Call call) throws IOException {
        JsonObject body = JsonTree.object(call.jsonBytes());
        var pools = new ArrayList<StoragePool>();
        for (JsonObject each : body.objects(body.has("Pools") ? "Pools" : "pools")) {
            Map<String, String> config = new LinkedHashMap<>();
            JsonObject keys = each.object("config");
            for (String key : keys.keys()) {
                config.put(key, keys.text(key));
            }
            pools.add(new StoragePool(
                    new PoolName(each.text("name")), each.text("driver"), each.text("description"), config));
        }
        return pools;
    }
}
