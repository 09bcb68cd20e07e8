package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.JsonTree;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.model.config.ConfigDocs;
import java.util.List;

/// `/1.0/metadata/configuration`: every config key with its type, default, help, and whether it changes live; made of
/// the schemas that values are checked by. The same for all, so it is written once.
final class ConfigKeysEndpoint {
    private static final class Written {
        static final byte[] JSON = JsonTree.bytes(ConfigDocs.configuration());
    }

    List<Route> routes() {
        return List.of(Route.memory("GET", "/1.0/metadata/configuration", _ -> Answer.syncBytes(Written.JSON)));
    }
}
