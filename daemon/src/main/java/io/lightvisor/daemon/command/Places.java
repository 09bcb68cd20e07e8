package io.lightvisor.daemon.command;

import java.nio.file.Path;

/// Where things lie on the host.
public final class Places {
    private Places() {}

    /// All state: `$LXD_DIR`, else `/var/lib/lxd`.
    public static Path lxdDir() {
        String set = System.getenv("LXD_DIR");
        return Path.of(set == null || set.isEmpty() ? "/var/lib/lxd" : set).toAbsolutePath();
    }

    /// The daemon's socket: `$LXD_SOCKET`, else `unix.socket` in [#lxdDir].
    public static Path socket() {
        String set = System.getenv("LXD_SOCKET");
        return set == null || set.isEmpty() ? lxdDir().resolve("unix.socket") : Path.of(set);
    }

    /// Programs of ours that are no commands.
    public static Path libexec() {
        return Path.of(System.getProperty("lightvisor.libexec", "/opt/lightvisor/libexec"));
    }
}
