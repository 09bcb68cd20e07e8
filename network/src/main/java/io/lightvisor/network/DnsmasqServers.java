package io.lightvisor.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The dnsmasq of each managed network, and their folders.
final class DnsmasqServers {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final Path folder;
    // Guarded by itself.
    private final Map<String, Dnsmasq> servers = new HashMap<>();
    private volatile @Nullable String dnsmasqUser;

    /// @param folder `$LXD_DIR/networks`
    DnsmasqServers(Path folder) {
        this.folder = folder;
    }

    /// The server of a network, running or not.
    Dnsmasq server(String network) {
        synchronized (servers) {
            return servers.computeIfAbsent(network, n -> new Dnsmasq(n, files(n)));
        }
    }

    DnsmasqFiles files(String network) {
        return new DnsmasqFiles(folder.resolve(network));
    }

    /// The names of all that have a folder.
    Set<String> named() {
        var names = new HashSet<String>();
        try (var folders = Files.newDirectoryStream(folder)) {
            for (var one : folders) {
                names.add(String.valueOf(one.getFileName()));
            }
        } catch (NoSuchFileException _) {
            // There has never been a network.
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot read {0}, ignoring: {1}", folder, e.getMessage());
        }
        return names;
    }

    /// Ends the server of a network, if it has one.
    void stop(String network) throws InterruptedException {
        server(network).stop();
        synchronized (servers) {
            servers.remove(network);
        }
    }

    /// Gives up all handles. The servers go on.
    void release() {
        synchronized (servers) {
            servers.values().forEach(Dnsmasq::release);
            servers.clear();
        }
    }

    /// Makes a network's server serve what its configuration says.
    ///
    /// @param leases the NICs of all instances in it
    void serve(BridgeConfig config, List<StaticLease> leases) throws InterruptedException {
        var server = server(config.name());
        if (!DnsmasqArguments.isNeeded(config)) {
            server.stop();
            return;
        }
        var files = files(config.name());
        files.create();
        files.barrier()
                .ifPresent(path -> LOG.log(
                        System.Logger.Level.WARNING,
                        "network {0}: dnsmasq cannot pass through {1}, so it will not know the instances'' names; give"
                                + " the folder the mode o+x",
                        config.name(),
                        path));
        boolean rawChanged = files.writeRaw(config.rawDnsmasq());
        var hostsChanged = files.putAll(leases);
        server.serve(DnsmasqArguments.of(config, files, dnsmasqUser()), rawChanged);
        if (hostsChanged == DnsmasqFiles.Change.REPLACED) {
            server.reload();
        }
    }

    /// Debian's package makes a user for it; elsewhere it is nobody.
    private String dnsmasqUser() {
        String known = dnsmasqUser;
        if (known != null) {
            return known;
        }
        String user = "nobody";
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
                if (line.startsWith("dnsmasq:")) {
                    user = "dnsmasq";
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot read /etc/passwd: {0}", e.getMessage());
        }
        dnsmasqUser = user;
        return user;
    }
}
