package io.lightvisor.daemon.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.SelfSigned;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.api.http.UnixTransport;
import io.lightvisor.daemon.http.Gate;
import io.lightvisor.daemon.http.HttpServer;
import io.lightvisor.daemon.http.ServerCertificate;
import io.lightvisor.daemon.http.Trust;
import io.lightvisor.engine.Engine;
import io.lightvisor.store.MemoryStore;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The API over a real socket and an engine whose records are in memory; nothing of the host is touched.
@Timeout(60)
class ApiTest {
    @TempDir
    Path folder;

    private Engine engine;
    private HttpServer http;
    private ServerCertificate certificate;
    private ApiClient lxd;

    @BeforeEach
    void start() throws Exception {
        engine =
                new Engine(new Engine.Places(folder, Files.createFile(folder.resolve("never-run"))), new MemoryStore());
        engine.projects().ensureDefault();
        http = new HttpServer(new Trust(engine.certificates()::find));
        certificate = ServerCertificate.open(folder, "testhost");
        new Api(folder, engine, http, certificate, "0", new LogAudience(), _ -> {});
        http.listen(folder.resolve("unix.socket"), Optional.empty());
        http.gate().enter(Gate.Phase.OPEN);
        lxd = new ApiClient(new HttpClient(new UnixTransport(folder.resolve("unix.socket"))));
    }

    @AfterEach
    void stop() throws Exception {
        lxd.close();
        http.close();
        engine.close();
    }

    private static JsonObject object(Object... pairs) {
        var object = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }

    @Test
    void server_keysInTheOrderOfLxd() throws Exception {
        var server = lxd.get("/1.0");
        assertEquals(
                List.of(
                        "config",
                        "api_extensions",
                        "api_status",
                        "api_version",
                        "auth",
                        "public",
                        "auth_methods",
                        "environment"),
                server.keys());
        assertEquals("trusted", server.text("auth"));
        var environment = server.object("environment");
        assertEquals("lxd", environment.text("server"));
        assertEquals("5.0.2", environment.text("server_version"));
        assertEquals(certificate.pem(), environment.text("certificate"));
        assertTrue(server.texts("api_extensions").containsAll(List.of("instances", "projects", "image_bootstrap")));
    }

    @Test
    void server_changedKeysAreSeenAtOnce() throws Exception {
        String tag = lxd.call("GET", "/1.0", null).etag();
        lxd.call("PATCH", "/1.0", object("config", object("user.a", "1")), tag);
        assertEquals("1", lxd.get("/1.0").object("config").text("user.a"));
        var stale = assertThrows(ApiException.class, () -> lxd.call("PUT", "/1.0", object("config", object()), tag));
        assertEquals(412, stale.code());
        lxd.call("PUT", "/1.0", object("config", object("core.trust_password", "hidden")));
        var config = lxd.get("/1.0").object("config");
        assertEquals(List.of("core.trust_password"), config.keys());
        assertEquals(true, config.get("core.trust_password"));
        assertEquals(
                400,
                assertThrows(
                                ApiException.class,
                                () -> lxd.call("PATCH", "/1.0", object("config", object("no.such.key", "1"))))
                        .code());
    }

    @Test
    void server_allowsOtherOriginsWhereTold() throws Exception {
        var before = lxd.send(lxd.request("GET", "/").header("Origin", "https://ui.example"));
        assertFalse(before.headers().has("Access-Control-Allow-Origin"));
        lxd.call(
                "PATCH",
                "/1.0",
                object(
                        "config",
                        object(
                                "core.https_allowed_origin",
                                "https://ui.example",
                                "core.https_allowed_methods",
                                "GET")));
        var after = lxd.send(lxd.request("GET", "/").header("Origin", "https://ui.example"));
        assertEquals("https://ui.example", after.headers().get("Access-Control-Allow-Origin"));
        assertEquals("GET", after.headers().get("Access-Control-Allow-Methods"));
        assertFalse(lxd.call("GET", "/", null).headers().has("Access-Control-Allow-Origin"));
    }

    @Test
    void profile_life() throws Exception {
        var made = lxd.call(
                "POST",
                "/1.0/profiles",
                object("name", "web", "config", object("user.a", "1"), "devices", object("x", object("type", "none"))));
        assertEquals("/1.0/profiles/web", made.headers().get("Location"));
        var answer = lxd.call("GET", "/1.0/profiles/web", null);
        assertEquals(
                List.of("config", "description", "devices", "name", "used_by"),
                answer.object().keys());
        lxd.call("PATCH", "/1.0/profiles/web", object("config", object("user.b", "2")), answer.etag());
        assertEquals(
                List.of("user.a", "user.b"),
                lxd.get("/1.0/profiles/web").object("config").keys());
        assertEquals(
                412,
                assertThrows(ApiException.class, () -> lxd.call("PUT", "/1.0/profiles/web", object(), answer.etag()))
                        .code());
        lxd.call("PUT", "/1.0/profiles/web", object("description", "new"));
        assertTrue(lxd.get("/1.0/profiles/web").object("config").isEmpty());
        lxd.call("POST", "/1.0/profiles/web", object("name", "web2"));
        assertEquals(
                List.of("/1.0/profiles/default", "/1.0/profiles/web2"),
                lxd.call("GET", "/1.0/profiles", null).metadata());
        assertEquals(
                1,
                lxd.getList("/1.0/profiles?recursion=1&filter=description%20eq%20new")
                        .size());
        lxd.call("DELETE", "/1.0/profiles/web2", null);
        assertEquals(
                404,
                assertThrows(ApiException.class, () -> lxd.get("/1.0/profiles/web2"))
                        .code());
    }

    @Test
    void profile_inAProjectOfItsOwn() throws Exception {
        lxd.call("POST", "/1.0/projects", object("name", "p"));
        var p = lxd.inProject("p");
        p.call("POST", "/1.0/profiles", object("name", "only here".replace(' ', '-')));
        assertEquals(
                List.of("/1.0/profiles/default?project=p", "/1.0/profiles/only-here?project=p"),
                p.call("GET", "/1.0/profiles", null).metadata());
        assertEquals(
                List.of("/1.0/profiles/default"),
                lxd.call("GET", "/1.0/profiles", null).metadata());
        assertEquals(
                400,
                assertThrows(ApiException.class, () -> lxd.call("DELETE", "/1.0/projects/p", null))
                        .code());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            METHOD | PATH                            | CODE | ERROR
            GET    | /1.0/instances/nope             | 404  | Instance not found
            GET    | /1.0/instances/-bad-            | 404  | Instance not found
            DELETE | /1.0/instances/nope             | 404  | Instance not found
            GET    | /1.0/images/nope                | 404  | Image not found
            GET    | /1.0/images/aliases/a%2Fb       | 404  | Image alias not found
            GET    | /1.0/networks/nope              | 404  | Network not found
            GET    | /1.0/storage-pools/nope         | 404  | Storage pool not found
            GET    | /1.0/projects/nope              | 404  | Project not found
            GET    | /1.0/operations/nope            | 404  | Operation not found
            GET    | /1.0/certificates/nope          | 404  | Certificate not found
            GET    | /1.0/warnings/nope              | 404  | Warning not found
            GET    | /1.0/cluster/groups             | 400  | This server is not clustered
            DELETE | /1.0/profiles/default           | 403  | The 'default' profile cannot be deleted
            GET    | /1.0/instances?filter=x         | 400  | Invalid filter: clause has no operator
            GET    | /1.0/instances?project=a&all-projects=1 | 400 | Cannot specify a project when requesting all projects
            """)
    void refuse_inLxdsWords(String method, String path, int code, String error) {
        var failure = assertThrows(ApiException.class, () -> lxd.call(method, path, null));
        assertEquals(code, failure.code());
        assertEquals(error, failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /1.0/instances | {"name":"c1","source":{"type":"none"},"config":{"no.such":"1"}}
                    /1.0/instances | {"name":"1bad","source":{"type":"none"}}
                    /1.0/instances | {"name":"c1"}
                    /1.0/instances | {"name":"c1","source":{"type":"teleport"}}
                    /1.0/instances | {"name":["c1"]}
                    /1.0/instances | [1,2,3]
                    /1.0/instances | null
                    /1.0/instances | {"name":"c1","source":
                    /1.0/images    | {}
                    /1.0/profiles  | {"name":"a/b"}
                    /1.0/profiles  | {"name":""}
                    """)
    void create_badBody(String path, String body) throws Exception {
        var request = lxd.request("POST", path).body(body.getBytes(StandardCharsets.UTF_8));
        var failure = assertThrows(ApiException.class, () -> lxd.send(request));
        assertEquals(400, failure.code(), failure.getMessage());
    }

    @Test
    void events_nothingMissedAfterTheUpgrade() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (var events = lxd.events("lifecycle", false)) {
                lxd.call("POST", "/1.0/profiles", object("name", "p" + i));
                var event = events.next();
                assertNotNull(event);
                assertEquals("profile-created", event.object("metadata").text("action"));
                assertEquals("/1.0/profiles/p" + i, event.object("metadata").text("source"));
                assertEquals(
                        "unix", event.object("metadata").object("requestor").text("protocol"));
                assertEquals("none", event.text("location"));
            }
        }
    }

    @Test
    void events_byProjectAndType() throws Exception {
        lxd.call("POST", "/1.0/projects", object("name", "p"));
        try (var mine = lxd.inProject("p").events("lifecycle", false);
                var all = lxd.events("lifecycle", true)) {
            lxd.call("POST", "/1.0/profiles", object("name", "elsewhere"));
            lxd.inProject("p").call("POST", "/1.0/profiles", object("name", "here"));
            assertEquals("p", mine.next().text("project"));
            assertEquals("default", all.next().text("project"));
            assertEquals("p", all.next().text("project"));
        }
        assertThrows(ApiException.class, () -> lxd.events("gossip", false));
    }

    @Test
    void operation_lifeOfAToken() throws Exception {
        listen();
        try (var events = lxd.events("operation", false)) {
            var answer = lxd.call("POST", "/1.0/certificates", object("name", "me", "token", true));
            assertTrue(answer.isAsync());
            assertEquals(answer.operation(), answer.headers().get("Location"));
            var operation = answer.object();
            assertEquals("token", operation.text("class"));
            assertEquals(
                    "pending", events.next().object("metadata").text("status").toLowerCase());
            assertEquals(
                    "running", events.next().object("metadata").text("status").toLowerCase());
            var list = lxd.call("GET", "/1.0/operations", null).object();
            assertEquals(List.of(answer.operation()), list.list("running"));
            lxd.call("DELETE", answer.operation(), null);
            assertEquals(401, events.next().object("metadata").number("status_code"));
            assertEquals(
                    400,
                    assertThrows(ApiException.class, () -> lxd.call("DELETE", answer.operation(), null))
                            .code());
            assertEquals(
                    "Cancelled", lxd.get(answer.operation() + "/wait?timeout=1").text("status"));
        }
    }

    private int listen() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        lxd.call("PATCH", "/1.0", object("config", object("core.https_address", "127.0.0.1:" + port)));
        return port;
    }

    private static ApiClient remote(int port, TlsIdentity me) throws Exception {
        var pinned = TlsTransport.certificateOf("127.0.0.1", port);
        return new ApiClient(new HttpClient(TlsTransport.to("127.0.0.1", port, me, pinned)));
    }

    @Test
    void trust_byPassword() throws Exception {
        int port = listen();
        var me = SelfSigned.client("me");
        try (var remote = remote(port, me)) {
            assertEquals("untrusted", remote.get("/1.0").text("auth"));
            assertFalse(remote.get("/1.0").has("environment"));
            assertForbidden(remote, "GET", "/1.0/profiles", null);
            assertForbidden(remote, "DELETE", "/1.0", null);
            assertForbidden(remote, "POST", "/1.0/certificates", object("password", ""));
            assertForbidden(remote, "POST", "/1.0/certificates", object("password", "anything"));
            lxd.call("PATCH", "/1.0", object("config", object("core.trust_password", "sesame")));
            assertForbidden(remote, "POST", "/1.0/certificates", object("password", "sesam"));
            remote.call("POST", "/1.0/certificates", object("password", "sesame", "name", "laptop"));
            assertEquals("trusted", remote.get("/1.0").text("auth"));
            String fingerprint = TlsIdentity.fingerprint(me.certificate());
            var entry = remote.get("/1.0/certificates/" + fingerprint.substring(0, 12));
            assertEquals("laptop", entry.text("name"));
            assertEquals(TlsIdentity.pem(me.certificate()), entry.text("certificate"));
            lxd.call("DELETE", "/1.0/certificates/" + fingerprint, null);
            assertForbidden(remote, "GET", "/1.0/profiles", null);
        }
    }

    private static void assertForbidden(ApiClient remote, String method, String path, JsonObject body) {
        var failure = assertThrows(ApiException.class, () -> remote.call(method, path, body));
        assertEquals(403, failure.code());
        assertEquals("not authorized", failure.getMessage());
    }

    @Test
    void trust_byTokenOnce() throws Exception {
        int port = listen();
        var made = lxd.call("POST", "/1.0/certificates", object("name", "phone", "token", true));
        var secret = made.object().object("metadata").text("secret");
        String token = Base64.getEncoder()
                .encodeToString(object("client_name", "phone", "secret", secret)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        try (var remote = remote(port, SelfSigned.client("one"));
                var other = remote(port, SelfSigned.client("two"))) {
            remote.call("POST", "/1.0/certificates", object("password", token));
            assertEquals("trusted", remote.get("/1.0").text("auth"));
            assertForbidden(other, "POST", "/1.0/certificates", object("password", token));
            assertEquals(
                    "phone",
                    lxd.getList("/1.0/certificates?recursion=1").getFirst().text("name"));
        }
    }

    @Test
    void listen_whatCannotBeHadChangesNothing() throws Exception {
        int port = listen();
        var failure = assertThrows(
                ApiException.class,
                () -> lxd.call("PATCH", "/1.0", object("config", object("core.https_address", "192.0.2.77:1"))));
        assertTrue(failure.getMessage().contains("192.0.2.77:1"), failure.getMessage());
        assertEquals("127.0.0.1:" + port, lxd.get("/1.0").object("config").text("core.https_address"));
        try (var remote = remote(port, null)) {
            assertEquals("untrusted", remote.get("/1.0").text("auth"));
        }
    }

    @Test
    void warnings_acknowledged() throws Exception {
        engine.warnings().raise("Network unavailable", "high", "why", "");
        var warning = lxd.getList("/1.0/warnings?recursion=1").getFirst();
        assertEquals("new", warning.text("status"));
        lxd.call("PUT", "/1.0/warnings/" + warning.text("uuid"), object("status", "acknowledged"));
        assertEquals(
                "acknowledged", lxd.get("/1.0/warnings/" + warning.text("uuid")).text("status"));
    }

    @Test
    void resources_ofThisHost() throws Exception {
        var resources = lxd.get("/1.0/resources");
        assertEquals(List.of("cpu", "memory", "gpu", "network", "storage", "usb", "pci", "system"), resources.keys());
        assertTrue(resources.object("cpu").number("total") >= 1);
        assertTrue(resources.object("memory").number("total")
                > resources.object("memory").number("used"));
    }

    @Test
    void waitForOperation_withTimeout() throws Exception {
        var op = engine.operations()
                .task(
                        io.lightvisor.model.Project.DEFAULT,
                        "Sleeping",
                        Map.of(),
                        _ -> Thread.sleep(Duration.ofMillis(1500)));
        String url = "/1.0/operations/" + op.id();
        assertEquals("Running", lxd.get(url + "/wait?timeout=0").text("status"));
        assertEquals("Success", lxd.get(url + "/wait").text("status"));
        assertEquals(
                403, assertThrows(ApiException.class, () -> remoteWait(url)).code());
    }

    private void remoteWait(String url) throws Exception {
        try (var remote = remote(listen(), SelfSigned.client("guest"))) {
            remote.get(url + "/wait?secret=guess");
        }
    }
}
