package io.lightvisor.cli;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The config keys that the server knows, from `GET /1.0/metadata/configuration`.
final class KeyNames {
    private KeyNames() {}

    /// The sort of object whose keys a command takes: `instance`, `server`, `project`; empty if it takes none.
    ///
    /// @param command  as in `config set`
    /// @param argument which of its arguments is meant, from 0
    static String entity(String command, int argument) {
        return switch (command) {
            // Where no instance is named, the server is meant.
            case "config set", "config get", "config unset" -> argument == 0 ? "server" : "instance";
            case "profile set", "profile get", "profile unset" -> argument == 0 ? "" : "instance";
            case "project set", "project get", "project unset" -> argument == 0 ? "" : "project";
            default -> "";
        };
    }

    /// All keys of that sort; a family is what its names begin with (`user.`).
    static List<String> of(ApiClient api, String entity) throws IOException, ApiException {
        var names = new ArrayList<String>();
        JsonObject groups = api.call("GET", "/1.0/metadata/configuration", null)
                .envelope()
                .object("metadata")
                .object("configs")
                .object(entity);
        for (String group : groups.keys()) {
            for (JsonObject key : groups.object(group).objects("keys")) {
                for (String name : key.keys()) {
                    if (name.startsWith("volatile.")) {
                        continue; // the server's own
                    }
                    int star = name.indexOf('*');
                    names.add(star < 0 ? name : name.substring(0, star));
                }
            }
        }
        return names;
    }
}
