package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.http.SelfSigned;
import io.lightvisor.api.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `lxc launch ubuntu:18.04`: images of a simplestreams server, one that this test runs.
@OnLightvisor
final class ImageServerTest {
    private final LightvisorHost host;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private HttpsServer server;
    private String certificate;
    private String fingerprint;

    ImageServerTest(LightvisorHost host) {
        this.host = host;
    }

    @BeforeEach
    void serve() throws IOException, GeneralSecurityException {
        var loopback = InetAddress.getLoopbackAddress();
        TlsIdentity identity = SelfSigned.server("image server", List.of("localhost"), List.of(loopback));
        certificate = TlsIdentity.pem(identity.certificate());
        server = HttpsServer.create(new InetSocketAddress(loopback, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(identity)));
        server.createContext("/", exchange -> {
            byte[] file = files.get(exchange.getRequestURI().getPath());
            try (exchange) {
                exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
                if (file != null) {
                    exchange.getResponseBody().write(file);
                }
            }
        });
        server.start();
        Path folder = Files.createTempDirectory(host.scratch(), "streams");
        offer(
                Files.readAllBytes(TestImage.metadata(folder, "bionic")),
                Files.readAllBytes(TestImage.squashfs(folder, "bionic")));
    }

    private static SSLContext context(TlsIdentity identity) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private void offer(byte[] metadata, byte[] rootfs) throws GeneralSecurityException {
        var all = MessageDigest.getInstance("SHA-256");
        all.update(metadata);
        fingerprint = HexFormat.of().formatHex(all.digest(rootfs));
        files.put("/pub/img/lxd.tar.xz", metadata);
        files.put("/pub/img/root.squashfs", rootfs);
        files.put("/pub/streams/v1/index.json", """
                {"format": "index:1.0", "index": {
                  "other": {"datatype": "content-download", "path": "nowhere", "products": ["x"]},
                  "images": {"datatype": "image-downloads", "path": "streams/v1/images.json", "products": ["a"]}}}
                """.getBytes(StandardCharsets.UTF_8));
        files.put("/pub/streams/v1/images.json", """
                {"products": {"ubuntu:18.04:ARCH": {
                  "aliases": "18.04,bionic", "arch": "ARCH", "os": "ubuntu", "release": "bionic",
                  "release_title": "18.04 LTS",
                  "versions": {
                    "20220101": {"items": {}},
                    "20230607": {"label": "release", "items": {
                      "lxd.tar.xz": {"ftype": "lxd.tar.xz", "path": "img/lxd.tar.xz",
                                     "combined_squashfs_sha256": "FINGERPRINT"},
                      "squashfs": {"ftype": "squashfs", "path": "img/root.squashfs"}}}}}}}
                """.replace("FINGERPRINT", fingerprint)
                .replace(
                        "ARCH",
                        Program.of("dpkg", "--print-architecture")
                                .run()
                                .ok()
                                .out()
                                .strip())
                .getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private String create(String alias) {
        var source = new JsonObject()
                .put("type", "image")
                .put("mode", "pull")
                .put("protocol", "simplestreams")
                .put("server", "https://localhost:" + server.getAddress().getPort() + "/pub")
                .put("certificate", certificate)
                .put("alias", alias);
        byte[] body = JsonTree.bytes(new JsonObject().put("name", "c1").put("source", source));
        return host.api()
                .operation("POST", "/1.0/instances", new String(body, StandardCharsets.UTF_8))
                .text("err");
    }

    @Test
    void launch_ofAlias() {
        assertEquals("", create("18.04"));
        host.tool().run("start", "c1");
        assertEquals("bionic", host.tool().run("exec", "c1", "--", "cat", "/marker"));
        var image = host.api().get("/1.0/images/" + fingerprint).metadata();
        assertEquals(
                "ubuntu 18.04 LTS " + image.object("properties").text("architecture") + " (release) (20230607)",
                image.object("properties").text("description"));
        assertTrue(image.flag("cached"));
        // The next one needs no download.
        files.remove("/pub/img/root.squashfs");
        host.tool().run("delete", "--force", "c1");
        assertEquals("", create("bionic"));
    }

    @Test
    void launch_ofNoneSuch() {
        String error = create("20.04");
        assertTrue(error.contains("couldn't be found"), error);
    }

    @Test
    void launch_ofOtherContentThanPromised() {
        files.put("/pub/img/root.squashfs", new byte[] {1, 2, 3});
        String error = create("18.04");
        assertTrue(error.contains("fingerprint doesn't match"), error);
        assertEquals("", host.tool().run("list", "^c1$", "--format", "csv"));
    }

    @Test
    void launch_withoutTheServersCertificate() {
        certificate = "";
        String error = create("18.04");
        assertTrue(error.contains("trusts its certificate"), error);
    }
}
