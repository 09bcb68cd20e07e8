package io.lightvisor.cli.session;

import io.lightvisor.api.http.Connection;
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
import javax.net.ssl.SSLException;

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
            return new Explained(
                    TlsTransport.to(host(remote.address()), port(remote.address()), identity, certificate),
                    remote.address());
        } catch (GeneralSecurityException failure) {
            throw new CliException("the certificates for \"" + name + "\" cannot be used: " + failure.getMessage());
        }
    }

    /// Says whom it could not reach.
    public record Explained(Transport transport, String address) implements Transport {
        @Override
        public Connection open() throws IOException {
            try {
                return transport.open();
            } catch (SSLException failure) {
                throw new IOException(address + ": " + failure.getMessage(), failure);
            } catch (IOException failure) {
                throw new IOException("Unable to connect to: " + address + " (" + failure.getMessage() + ")", failure);
            }
        }

        @Override
        public String host() {
            return transport.host();
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
