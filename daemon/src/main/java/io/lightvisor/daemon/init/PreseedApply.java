package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.LocalDaemon;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Puts a preseed into effect. What exists is changed, what does not is made; if one step fails, those before it are
/// taken back, newest first.
final class PreseedApply {
    private final ApiClient lxd;
    private final Deque<Undo> undos = new ArrayDeque<>();

    /// Takes a step back.
    private interface Undo {
        void run() throws IOException, ApiException;
    }

    PreseedApply(ApiClient lxd) {
        this.lxd = lxd;
    }

    void apply(Preseed preseed) throws CommandFailure {
        try {
            config(preseed.config());
            for (var pool : preseed.pools()) {
                one("storage pool", "/1.0/storage-pools", "", pool);
            }
            for (var project : preseed.projects()) {
                one("project", "/1.0/projects", "", project);
            }
            for (var network : preseed.networks()) {
                String project = network.text("project");
                network.remove("project");
                one("network", "/1.0/networks", project, network);
            }
            for (var profile : preseed.profiles()) {
                one("profile", "/1.0/profiles", "", profile);
            }
        } catch (IOException e) {
            undo();
            throw LocalDaemon.unreachable(e);
        } catch (CommandFailure e) {
            undo();
            throw e;
        }
    }

    private void undo() {
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (IOException | ApiException e) {
                System.err.println("not taken back: " + e.getMessage());
            }
        }
    }

    private void config(JsonObject wanted) throws IOException, CommandFailure {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            JsonObject before = lxd.get("/1.0").object("config");
            var merged = new JsonObject();
            before.map().forEach(merged::put);
            wanted.map().forEach(merged::put);
            lxd.call("PUT", "/1.0", new JsonObject().put("config", merged));
            undos.push(() -> lxd.call("PUT", "/1.0", new JsonObject().put("config", before)));
        } catch (ApiException e) {
            throw new CommandFailure("Failed to update server configuration: " + e.getMessage(), e);
        }
    }

    private void one(String noun, String path, String project, JsonObject wanted) throws IOException, CommandFailure {
        String name = wanted.text("name");
        String query = project.isEmpty() || project.equals("default") ? "" : "?project=" + ApiClient.segment(project);
        String url = path + "/" + ApiClient.segment(name) + query;
        JsonObject before;
        try {
            before = lxd.get(url);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw new CommandFailure("Failed to retrieve " + noun + " '" + name + "': " + e.getMessage(), e);
            }
            create(noun, path + query, url, name, wanted);
            return;
        }
        update(noun, url, name, before, wanted);
    }

    private void create(String noun, String path, String url, String name, JsonObject wanted)
            throws IOException, CommandFailure {
        try {
            lxd.run("POST", path, wanted);
            undos.push(() -> lxd.run("DELETE", url, null));
        } catch (ApiException e) {
            throw new CommandFailure("Failed to create " + noun + " '" + name + "': " + e.getMessage(), e);
        }
    }

    private void update(String noun, String url, String name, JsonObject before, JsonObject wanted)
            throws IOException, CommandFailure {
        if (!wanted.text("driver").isEmpty() && !wanted.text("driver").equals(before.text("driver"))) {
            throw new CommandFailure("Storage pool '" + name + "' is of type '" + before.text("driver")
                    + "' instead of '" + wanted.text("driver") + "'");
        }
        var merged = new JsonObject();
        for (String field : new String[] {"config", "devices"}) {
            if (before.has(field)) {
                var both = new JsonObject();
                before.object(field).map().forEach(both::put);
                wanted.object(field).map().forEach(both::put);
                merged.put(field, both);
            }
        }
        merged.put(
                "description",
                wanted.text("description").isEmpty() ? before.text("description") : wanted.text("description"));
        try {
            lxd.run("PUT", url, merged);
            undos.push(() -> lxd.run("PUT", url, before));
        } catch (ApiException e) {
            throw new CommandFailure("Failed to update " + noun + " '" + name + "': " + e.getMessage(), e);
        }
    }
}
