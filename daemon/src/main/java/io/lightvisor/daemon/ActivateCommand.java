package io.lightvisor.daemon;

import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.LocalDaemon;
import io.lightvisor.daemon.command.Places;
import io.lightvisor.model.Booleans;
import io.lightvisor.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `lxd activateifneeded`: run at the host's start where the daemon is started by the first request on its socket.
/// Makes
/// that request if instances are to be started, or if the server is to listen on the network.
final class ActivateCommand {
    private ActivateCommand() {}

    static void run(Flags flags) throws CommandFailure {
        Path folder = Places.lxdDir();
        boolean debug = flags.has("debug");
        if (!Files.isDirectory(folder.resolve("database"))) {
            say(debug, "No DB, so no need to start the daemon now");
            return;
        }
        String why = reason(folder);
        if (why.isEmpty()) {
            say(debug, "No need to start the daemon now");
            return;
        }
        say(debug, "Daemon has " + why + ", activating...");
        try (var client = LocalDaemon.client()) {
            client.get("/1.0");
        } catch (IOException e) {
            throw LocalDaemon.unreachable(e);
        } catch (io.lightvisor.api.client.ApiException e) {
            say(debug, "daemon answers: " + e.getMessage());
        }
    }

    private static void say(boolean debug, String text) {
        if (debug) {
            System.err.println("time=\"" + java.time.Instant.now() + "\" level=debug msg=\"" + text + "\"");
        }
    }

    private static String reason(Path folder) {
        try (var store = SqliteStore.open(folder)) {
            var facts = store.facts();
            if (!facts.serverConfig().get("core.https_address", "").isEmpty()) {
                return "core.https_address set";
            }
            for (var instance : facts.instances()) {
                String autostart = instance.config("boot.autostart", "");
                boolean running =
                        instance.config("volatile.last_state.power", "").equals("RUNNING");
                if (autostart.isEmpty() ? running : Booleans.parse(autostart)) {
                    return "auto-started instances";
                }
            }
            return "";
        } catch (RuntimeException e) {
            // The database is in use: the daemon runs already.
            return "";
        }
    }
}
