package io.lightvisor.cli.session;

import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.api.http.Transport;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.config.Remote;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

/// Ways to remotes by TLS. Apart from [Session] so that a command on the local socket never loads it.
public final class TlsRemotes {
    /// The port of LXD's API.
    public static final int PORT = 8443;

    private TlsRemotes() {}

    static Transport transport(ClientConfig config, String name, Remote remote) throws IOException, CliException {
        try {
            Path pinned = config.serverCertificate(name);
            X509Certificate certificate = Files.exists(pinned)
                    ? TlsIdentity.certificate(Files.readString(pinned, StandardCharsets.US_ASCII))
                    : null;
            TlsIdentity identity = remote.isPublic() ? config.identityIfAny() : config.identity();
            return TlsTransport.to(host(remote.address()), port(remote.address()), identity, certificate);
        } catch (GeneralSecurityException failure) {
            throw new CliException("the certificates for \"" + name + "\" cannot be used: " + failure.getMessage());
        }
    }

    /// The host of `https://host:port`.
    public static String host(String address) throws CliException {
        String host = URI.create(address).getHost();
        if (host == null) {
            throw new CliException("\"" + address + "\" names no server; write https://host:port");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /// The port of `https://host:port`.
    public static int port(String address) {
        int port = URI.create(address).getPort();
        return port < 0 ? PORT : port;
    }
}
