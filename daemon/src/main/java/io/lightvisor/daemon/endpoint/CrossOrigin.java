package io.lightvisor.daemon.endpoint;

import io.lightvisor.model.Booleans;
import io.lightvisor.model.ServerConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/// `core.https_allowed_origin` and its companions as headers.
final class CrossOrigin {
    private CrossOrigin() {}

    static Map<String, String> headers(ServerConfig config) {
        var headers = new LinkedHashMap<String, String>();
        String origin = config.get("core.https_allowed_origin", "");
        if (origin.isEmpty()) {
            return headers;
        }
        headers.put("Access-Control-Allow-Origin", origin);
        put(headers, "Access-Control-Allow-Methods", config.get("core.https_allowed_methods", ""));
        put(headers, "Access-Control-Allow-Headers", config.get("core.https_allowed_headers", ""));
        if (Booleans.parse(config.get("core.https_allowed_credentials", "false"))) {
            headers.put("Access-Control-Allow-Credentials", "true");
        }
        return headers;
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.put(name, value);
        }
    }
}
