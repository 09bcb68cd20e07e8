package io.lightvisor.api.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The certificate authorities that this host trusts, so that what an administrator adds with
/// `update-ca-certificates` holds here too; `SSL_CERT_FILE` names another file, as it does for the clients in Go.
final class SystemAuthorities {
    private static final List<Path> PLACES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"), // Debian, Ubuntu, Arch, Gentoo
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"), // Fedora, RHEL
            Path.of("/etc/ssl/ca-bundle.pem"), // SUSE
            Path.of("/etc/ssl/cert.pem")); // Alpine

    private SystemAuthorities() {}

    /// Null where the host has none of the known files: then Java's own hold.
    static TrustManager @Nullable [] managers() throws IOException, GeneralSecurityException {
        String named = System.getenv("SSL_CERT_FILE");
        if (named != null && !named.isEmpty()) {
            return managers(Path.of(named));
        }
        for (Path place : PLACES) {
            if (Files.isReadable(place)) {
                return managers(place);
            }
        }
        return null;
    }

    private static TrustManager[] managers(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry(Integer.toString(number++), certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
