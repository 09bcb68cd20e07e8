package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.LocalDaemon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxd recover`: asks which pools to look through, shows what was found, and has it recorded.
public final class RecoverCommand {
    private final ApiClient lxd;
    private final Prompt prompt = new Prompt();
    private final List<JsonObject> pools = new ArrayList<>();

    private RecoverCommand(ApiClient lxd) {
        this.lxd = lxd;
    }

    /// Runs it.
    public static void run() throws CommandFailure {
        try (ApiClient lxd = LocalDaemon.client()) {
            new RecoverCommand(lxd).recover();
        } catch (IOException e) {
            throw LocalDaemon.unreachable(e);
        } catch (ApiException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private void recover() throws IOException, ApiException, CommandFailure {
        var drivers = new ArrayList<String>();
        for (var each : lxd.get("/1.0").object("environment").objects("storage_supported_drivers")) {
            drivers.add(each.text("Name"));
        }
        existing();
        while (prompt.yes("Would you like to recover another storage pool?", false)) {
            another(drivers);
        }
        System.out.println("The recovery process will be scanning the following storage pools:");
        for (var pool : pools) {
            System.out.println(" - " + (pool.has("status") ? "EXISTING" : "NEW") + ": \"" + pool.text("name") + "\""
                    + details(pool));
        }
        if (!prompt.yes("Would you like to continue with scanning for lost volumes?", true)) {
            return;
        }
        System.out.println("Scanning for unknown volumes...");
        var body = body();
        var found = lxd.call("POST", "/internal/recover/validate", body).object();
        if (!show(found)) {
            return;
        }
        while (!found.texts("DependencyErrors").isEmpty()) {
            System.out.println("You are currently missing the following:");
            found.texts("DependencyErrors").forEach(each -> System.out.println(" - " + each));
            prompt.text("Please create those missing entries and then hit ENTER", "", _ -> true);
            found = lxd.call("POST", "/internal/recover/validate", body).object();
        }
        if (!prompt.yes("Would you like those to be recovered?", false)) {
            return;
        }
        System.out.println("Starting recovery...");
        lxd.call("POST", "/internal/recover/import", body);
    }

    private void existing() throws IOException, ApiException {
        var known = lxd.getList("/1.0/storage-pools?recursion=1");
        if (known.isEmpty()) {
            System.out.println("This LXD server currently has no storage pools.");
            return;
        }
        System.out.println("This LXD server currently has the following storage pools:");
        for (var pool : known) {
            System.out.println(" - " + pool.text("name") + details(pool));
            pools.add(pool);
        }
    }

    private void another(List<String> drivers) throws CommandFailure {
        String name = prompt.text("Name of the storage pool", "", text -> {
            boolean taken = pools.stream().anyMatch(pool -> pool.text("name").equals(text));
            if (taken) {
                System.err.println("Storage pool \"" + text + "\" is already known.");
            }
            return !text.isEmpty() && !taken;
        });
        String driver =
                prompt.text("Name of the storage backend (" + String.join(", ", drivers) + ")", "", drivers::contains);
        String source = prompt.text(
                "Source of the storage pool (block device, volume group, dataset, path, ... as applicable)",
                "",
                text -> !text.isEmpty());
        var config = new JsonObject().put("source", source);
        while (true) {
            String more = prompt.text(
                    "Additional storage pool configuration property (KEY=VALUE, empty when done)",
                    "",
                    text -> text.isEmpty() || text.indexOf('=') > 0);
            if (more.isEmpty()) {
                break;
            }
            int equals = more.indexOf('=');
            config.put(more.substring(0, equals), more.substring(equals + 1));
        }
        pools.add(new JsonObject().put("name", name).put("driver", driver).put("config", config));
    }

    private static String details(JsonObject pool) {
        return " (backend=\"" + pool.text("driver") + "\", source=\""
                + pool.object("config").text("source") + "\")";
    }

    private JsonObject body() {
        var asked = new ArrayList<Object>();
        for (var pool : pools) {
            asked.add(InitCommand.only(pool, "name", "driver", "config"));
        }
        return new JsonObject().put("Pools", asked);
    }

    /// Whether there is anything to recover.
    private static boolean show(JsonObject found) {
        for (String each : found.texts("Unreadable")) {
            System.err.println("Cannot be understood and stays as it is: " + each);
        }
        var volumes = found.objects("UnknownVolumes");
        if (volumes.isEmpty()) {
            System.out.println("No unknown volumes found. Nothing to do.");
            return false;
        }
        System.out.println("The following unknown volumes have been found:");
        for (var each : volumes) {
            long snapshots = each.number("snapshotCount");
            System.out.println(" - Container \"" + each.text("name") + "\" on pool \"" + each.text("pool")
                    + "\" in project \"" + each.text("project") + "\" (includes " + snapshots + " snapshot"
                    + (snapshots == 1 ? "" : "s") + ")");
        }
        return true;
    }
}
