package io.lightvisor.daemon.command;

import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.UnixTransport;
import java.io.IOException;
import java.nio.file.Path;

/// The daemon of this host, as sub-commands reach it.
public final class LocalDaemon {
    private LocalDaemon() {}

    /// A client on the daemon's socket.
    public static ApiClient client() {
        return new ApiClient(new HttpClient(new UnixTransport(Places.socket())));
    }

    /// What to tell a person whose command found no daemon.
    public static CommandFailure unreachable(IOException cause) {
        Path socket = Places.socket();
        return new CommandFailure(
                "the LXD daemon does not answer on " + socket + " (" + cause.getMessage()
                        + "); is it running, and is LXD_DIR the one it was started with?",
                cause);
    }
}
