package io.lightvisor.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// The way to a server by TLS 1.3 with a client certificate. The server is known by its certificate alone (pinned), not
/// by
/// its name; or by the system's authorities if none is pinned.
public final class TlsTransport implements Transport {
    private static final int CONNECT_TIMEOUT_MS = 10_000;

    private final String host;
    private final int port;
    private final SSLContext context;
    private final boolean checkName;

    private TlsTransport(String host, int port, SSLContext context, boolean checkName) {
        this.host = host;
        this.port = port;
        this.context = context;
        this.checkName = checkName;
    }

    /// Trusts the server that shows exactly `pinned`; without one, those that the system's authorities vouch for by
    /// name.
    public static TlsTransport to(
            String host, int port, @Nullable TlsIdentity identity, @Nullable X509Certificate pinned)
            throws GeneralSecurityException, IOException {
        TrustManager[] trust =
                pinned == null ? SystemAuthorities.managers() : new TrustManager[] {new PinnedCertificate(pinned)};
        return new TlsTransport(host, port, context(identity, trust), pinned == null);
    }

    /// Connects once, trusting whatever the server shows, and answers its certificate: for a person to compare.
    public static X509Certificate certificateOf(String host, int port) throws GeneralSecurityException, IOException {
        PinnedCertificate anything = new PinnedCertificate(null);
        TlsTransport transport = new TlsTransport(host, port, context(null, new TrustManager[] {anything}), false);
        try (SSLSocket socket = transport.connect()) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLContext context(@Nullable TlsIdentity identity, TrustManager @Nullable [] trust)
            throws GeneralSecurityException, IOException {
        KeyManager[] keys = null;
        if (identity != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            PrivateKey key = identity.key();
            store.setKeyEntry("client", key, new char[0], new X509Certificate[] {identity.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, new SecureRandom());
        return context;
    }

    private SSLSocket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            // A server of ours speaks 1.3; one on the internet that an authority vouches for may not yet.
            socket.setEnabledProtocols(checkName ? new String[] {"TLSv1.3", "TLSv1.2"} : new String[] {"TLSv1.3"});
            if (checkName) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            return socket;
        } catch (IOException | RuntimeException failure) {
            plain.close();
            throw failure;
        }
    }

    @Override
    public Connection open() throws IOException {
        SSLSocket socket = connect();
        return new SocketConnection(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public String host() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private record SocketConnection(SSLSocket socket, InputStream in, OutputStream out) implements Connection {
        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return in.read(into, from, length);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            out.flush();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                // Nothing is left to do with it.
            }
        }
    }
}
