package io.lightvisor.cli.session;

import io.lightvisor.api.client.ApiClient;
import io.lightvisor.cli.config.Remote;
import java.io.IOException;

/// What `remote:name` means: a server and a name on it.
public final class Place {
    private final Session session;
    private final String remote;
    private final String name;

    Place(Session session, String remote, String name) {
        this.session = session;
        this.remote = remote;
        this.name = name;
    }

    /// The name of the remote.
    public String remote() {
        return remote;
    }

    /// What stands behind the colon; may be empty.
    public String name() {
        return name;
    }

    /// How the user would write it: with the remote only if it is not the default.
    public String given() throws IOException {
        return remote.equals(session.defaultRemote()) ? name : remote + ":" + name;
    }

    /// The name, encoded to stand in a path.
    public String segment() {
        return ApiClient.segment(name);
    }

    /// The settings of the remote.
    public Remote settings() throws IOException {
        return session.settings(remote);
    }

    /// A client of the server, in the project that was chosen.
    public ApiClient api() throws IOException, CliException {
        return session.api(remote);
    }

    /// The same server, another name.
    public Place named(String other) {
        return new Place(session, remote, other);
    }

    /// What stands before a slash: the instance of `c1/snap0`.
    public String owner() {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /// What stands behind a slash, or empty: the snapshot of `c1/snap0`.
    public String part() {
        int slash = name.indexOf('/');
        return slash < 0 ? "" : name.substring(slash + 1);
    }
}
