package io.lightvisor.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTransportTest {
    private static TlsIdentity serverIdentity;
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        serverIdentity = SelfSigned.server("root@test", List.of("test"), List.of(InetAddress.getByName("127.0.0.1")));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("s", serverIdentity.key(), new char[0], new X509Certificate[] {serverIdentity.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), new TrustManager[] {new AnyClient()}, null);
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            String who;
            try {
                who = TlsIdentity.fingerprint((X509Certificate)
                        ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0]);
            } catch (Exception nobody) {
                who = "nobody";
            }
            byte[] body = who.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static String ask(TlsIdentity identity, X509Certificate pinned) throws Exception {
        try (HttpClient client =
                new HttpClient(TlsTransport.to("127.0.0.1", server.getAddress().getPort(), identity, pinned))) {
            return new String(client.send(new HttpRequest("GET", "/")).bytes(100), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void send_withAClientCertificate_showsIt() throws Exception {
        TlsIdentity client = SelfSigned.client("me@test");
        assertEquals(TlsIdentity.fingerprint(client.certificate()), ask(client, serverIdentity.certificate()));
        assertEquals("nobody", ask(null, serverIdentity.certificate()));
    }

    @Test
    void send_toAServerThatIsAnother_isRefused() throws Exception {
        X509Certificate other =
                SelfSigned.server("root@other", List.of(), List.of()).certificate();
        assertThrows(IOException.class, () -> ask(null, other));
    }

    @Test
    void send_withoutAPin_trustsOnlyTheSystemsAuthorities() {
        assertThrows(SSLException.class, () -> ask(null, null));
    }

    @Test
    void certificateOf_showsWhatTheServerShows() throws Exception {
        assertEquals(
                serverIdentity.certificate(),
                TlsTransport.certificateOf("127.0.0.1", server.getAddress().getPort()));
    }

    @Test
    void read_whatWasWritten(@TempDir Path folder) throws Exception {
        TlsIdentity client = SelfSigned.client("me@test");
        List<String> pem = SelfSigned.pem(client);
        Files.writeString(folder.resolve("c"), pem.get(0));
        Files.writeString(folder.resolve("k"), pem.get(1));
        TlsIdentity read = TlsIdentity.read(folder.resolve("c"), folder.resolve("k"));
        assertEquals(client.certificate(), read.certificate());
        assertEquals(client.key(), read.key());
        assertEquals(
                "CN=me@test,O=Lightvisor",
                read.certificate().getSubjectX500Principal().getName());
        read.certificate().verify(read.certificate().getPublicKey());
    }

    /// A key as openssl and LXD write it: SEC 1, behind the parameters of its curve.
    @Test
    void read_aKeyOfOpenssl(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("k"), """
                -----BEGIN EC PARAMETERS-----
                BgUrgQQAIg==
                -----END EC PARAMETERS-----
                -----BEGIN EC PRIVATE KEY-----
                MIGkAgEBBDDFjBZ8Oo8CBfSIeyBk2eIpNvHB2QetX9OR3+L+40rDQO5IOXknjuAP
                CqGNVDLGwkmgBwYFK4EEACKhZANiAATRKiVFqfA3BUlJOHkwL6Eir5iOuUmASAtz
                mkOxg6J1W1hoEkJjFz5e8Asdt5Vpyoc/hlov6rK6bMSPqLWIbmoqdrGeNE2/OPFf
                uPBsC4QUuVUKypug2J+riVffSe6sC0Q=
                -----END EC PRIVATE KEY-----
                """);
        Files.writeString(folder.resolve("c"), """
                -----BEGIN CERTIFICATE-----
                MIIBqjCCATCgAwIBAgIURwQjxwIRawoFOjIXKnO2hlHnFwowCgYIKoZIzj0EAwIw
                DDEKMAgGA1UEAwwBeDAeFw0yNjExMjQyMjIwMTZaFw0zNjExMjEyMjIwMTZaMAwx
                CjAIBgNVBAMMAXgwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAATRKiVFqfA3BUlJOHkw
                L6Eir5iOuUmASAtzmkOxg6J1W1hoEkJjFz5e8Asdt5Vpyoc/hlov6rK6bMSPqLWI
                bmoqdrGeNE2/OPFfuPBsC4QUuVUKypug2J+riVffSe6sC0SjUzBRMB0GA1UdDgQW
                BBRXhE0aEALk4+4g/J0zamG6Vr18lTAfBgNVHSMEGDAWgBRXhE0aEALk4+4g/J0z
                amG6Vr18lTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA2gAMGUCMHV3QVzh
                bIUfffGPFYVJ4QWkxd9NeSYpPpEMDlBzjcLZOHI3CzevvMyRDwsaOnDBSQIxAJCK
                X0sSN7oAPm9+kF0RTU2RySM+kRjbr9OrSD/yoiyH0iuW3Wvq/wlAeMa1miAotQ==
                -----END CERTIFICATE-----
                """);
        TlsIdentity read = TlsIdentity.read(folder.resolve("c"), folder.resolve("k"));
        var signature = java.security.Signature.getInstance("SHA384withECDSA");
        signature.initSign(read.key());
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(read.certificate());
        signature.update(new byte[] {1, 2, 3});
        assertTrue(signature.verify(signed));
    }

    private static final class AnyClient extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
