package io.lightvisor.daemon;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpException;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.LocalDaemon;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;

/// `lxd shutdown`: stops all instances, then the daemon; returns when both is done.
final class ShutdownCommand {
    private ShutdownCommand() {}

    static void run(Flags flags) throws CommandFailure, InterruptedException {
        int seconds = flags.number("timeout", 0);
        var failure = new CommandFailure[1];
        var asking = Thread.ofVirtual().start(() -> {
            try (var client = LocalDaemon.client()) {
                String query = (flags.has("force") ? "force=true&" : "") + "timeout=" + seconds;
                client.call("PUT", "/internal/shutdown?" + query, null);
            } catch (EOFException | HttpException gone) {
                // The daemon ended before its answer was read: that is what was asked for.
                failure[0] = null;
            } catch (IOException e) {
                failure[0] = LocalDaemon.unreachable(e);
            } catch (ApiException e) {
                failure[0] = new CommandFailure(String.valueOf(e.getMessage()), e);
            }
        });
        if (seconds > 0) {
            if (!asking.join(Duration.ofSeconds(seconds))) {
                throw new CommandFailure("LXD still running after " + seconds + "s timeout");
            }
        } else {
            asking.join();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
