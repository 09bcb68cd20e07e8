package io.lightvisor.cli.session;

import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.http.Connection;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.Transport;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.terminal.Output;
import io.lightvisor.cli.terminal.UnixSockets;
import java.io.IOException;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/// One run of the command.
public final class Session {
    private final Output out;
    private final Output err;
    private final Invocation invocation;
    private final HashMap<String, ApiClient> clients = new HashMap<>();
    private final HashMap<String, HttpClient> connections = new HashMap<>();
    private @Nullable ClientConfig config;

    /// A run that prints to these; `config` if the user's settings were read already.
    public Session(Output out, Output err, Invocation invocation, @Nullable ClientConfig config) {
        this.config = config;
        this.out = out;
        this.err = err;
        this.invocation = invocation;
    }

    /// Standard output.
    public Output out() {
        return out;
    }

    /// Standard error.
    public Output err() {
        return err;
    }

    /// Whether progress is not wanted.
    public boolean isQuiet() {
        return invocation.has("quiet");
    }

    /// Whether requests and answers are to be shown.
    public boolean isDebug() {
        return invocation.has("debug");
    }

    /// Whether the local socket is meant, whatever is set.
    public boolean isForcedLocal() {
        return invocation.has("force-local");
    }

    /// The user's settings.
    public synchronized ClientConfig config() throws IOException {
        ClientConfig known = config;
        if (known == null) {
            known = ClientConfig.load();
            config = known;
        }
        return known;
    }

    /// Understands `remote:name`, or `name` of the default remote. Throws if there is no such remote.
    public Place place(String text) throws IOException, CliException {
        int colon = text.indexOf(':');
        String remote = colon < 0 ? defaultRemote() : text.substring(0, colon);
        String name = colon < 0 ? text : text.substring(colon + 1);
        if (!config().remotes().containsKey(remote)) {
            throw new CliException("The remote \"" + remote + "\" doesn't exist");
        }
        return new Place(this, remote, name);
    }

    /// Understands `remote:`; without the colon a text is no remote. Empty is the default one.
    public Place remote(String text) throws IOException, CliException {
        return place(text.isEmpty() ? defaultRemote() + ":" : text);
    }

    /// The remote that is meant when none is named.
    public String defaultRemote() throws IOException {
        return isForcedLocal() ? "local" : config().defaultRemote();
    }

    Remote settings(String remote) throws IOException {
        Remote known = config().remotes().get(remote);
        if (known == null) {
            throw new IOException("The remote \"" + remote + "\" doesn't exist");
        }
        return known;
    }

    /// The project that is meant on a remote; empty for the server's default.
    public String project(String remote) throws IOException {
        return invocation.has("project")
                ? invocation.text("project")
                : settings(remote).project();
    }

    synchronized ApiClient api(String remote) throws IOException, CliException {
        ApiClient known = clients.get(remote);
        if (known == null) {
            Remote settings = settings(remote);
            if (settings.isImagesOnly()) {
                throw new CliException("The remote \"" + remote + "\" only has images to give");
            }
            HttpClient connection = new HttpClient(transport(remote, settings));
            connections.put(remote, connection);
            known = new ApiClient(connection).inProject(project(remote));
            clients.put(remote, known);
        }
        return known;
    }

    /// The connections to a remote, for requests that are not JSON.
    public synchronized HttpClient http(String remote) throws IOException, CliException {
        api(remote);
        HttpClient connection = connections.get(remote);
        if (connection == null) {
            throw new CliException("The remote \"" + remote + "\" doesn't exist");
        }
        return connection;
    }

    private Transport transport(String remote, Remote settings) throws IOException, CliException {
        Transport transport = settings.isUnix()
                ? new Explained(UnixSockets.to(socket(settings)), socket(settings))
                : TlsRemotes.transport(config(), remote, settings);
        return isDebug() ? new Traced(transport, err) : transport;
    }

    /// `unix://` is the daemon of this machine, `unix:///path` another socket.
    private static String socket(Remote settings) {
        String path = settings.address().substring(5);
        while (path.startsWith("//")) {
            path = path.substring(1);
        }
        if (path.length() > 1) {
            return path;
        }
        String socket = ClientConfig.environment("LXD_SOCKET");
        if (!socket.isEmpty()) {
            return socket;
        }
        String folder = ClientConfig.environment("LXD_DIR");
        return (folder.isEmpty() ? "/var/lib/lxd" : folder) + "/unix.socket";
    }

    /// Says what to do when nobody listens.
    private record Explained(Transport transport, String path) implements Transport {
        @Override
        public Connection open() throws IOException {
            try {
                return transport.open();
            } catch (IOException failure) {
                String why = String.valueOf(failure.getMessage());
                String lower = why.toLowerCase(java.util.Locale.ROOT);
                String remedy = "";
                if (lower.contains("no such file") || lower.contains("refused")) {
                    remedy =
                            "\nThe daemon does not run; start it with \"systemctl start lxd\" or \"lxd --group lxd &\", or tell"
                                    + " by LXD_DIR where it is";
                } else if (lower.contains("permission")) {
                    remedy =
                            "\nYou may not talk to the daemon; become a member of its group with \"usermod -aG lxd $USER\" and"
                                    + " log in again";
                }
                throw new IOException("dial unix " + path + ": connect: " + lower + remedy, failure);
            }
        }

        @Override
        public String host() {
            return transport.host();
        }
    }
}
