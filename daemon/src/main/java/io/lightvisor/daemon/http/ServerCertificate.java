package io.lightvisor.daemon.http;

import io.lightvisor.api.http.SelfSigned;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.model.Fingerprint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// The certificate by which this server is known: `server.crt` and `server.key`, self-signed, ECDSA on P-384, made at
/// the first start. A pair put there by hand is used as it is.
public final class ServerCertificate {
    private final TlsIdentity identity;

    private ServerCertificate(TlsIdentity identity) {
        this.identity = identity;
    }

    /// Reads the pair in `folder`, or makes it.
    public static ServerCertificate open(Path folder, String hostName) throws IOException, GeneralSecurityException {
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            var made = SelfSigned.server(
                    "root@" + hostName, List.of(hostName), List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1
                    })));
            List<String> pem = SelfSigned.pem(made);
            // The certificate last: a crash between the two leaves no certificate, and both are made anew.
            Files.deleteIfExists(certificate);
            write(key, pem.get(1), "rw-------");
            write(certificate, pem.get(0), "rw-r--r--");
        }
        return new ServerCertificate(TlsIdentity.read(certificate, key));
    }

    /// The certificate as PEM, as `environment.certificate` shows it.
    public String pem() {
        try {
            return TlsIdentity.pem(identity.certificate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    /// Its SHA-256.
    public Fingerprint fingerprint() {
        return Trust.fingerprint(identity.certificate());
    }

    /// TLS 1.3 with this certificate. A client's certificate is asked for, may be missing, and may be of any issuer:
    /// [Trust] decides what it is worth.
    SslContextFactory.Server jettyContext() throws IOException {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), new TrustManager[] {new AnyClient()}, null);
            var factory = new SslContextFactory.Server();
            factory.setSslContext(context);
            factory.setIncludeProtocols("TLSv1.3");
            factory.setWantClientAuth(true);
            factory.setEndpointIdentificationAlgorithm(null);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS not set up: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel out = FileChannel.open(
                beside, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Lets every client in; the handshake has proved that it holds the key of the certificate it shows.
    private static final class AnyClient extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("a server's trust manager");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException("a server's trust manager");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException("a server's trust manager");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
