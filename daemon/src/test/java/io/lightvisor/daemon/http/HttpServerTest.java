package io.lightvisor.daemon.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.HttpHeaders;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.SelfSigned;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.api.http.UnixTransport;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.TrustedCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The front door as clients meet it: a real server on a socket.
class HttpServerTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

    @TempDir
    Path folder;

    private final Map<Fingerprint, TrustedCertificate> store = new ConcurrentHashMap<>();
    private final CountDownLatch socketEnded = new CountDownLatch(1);
    private HttpServer server;
    private Path socket;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        socket = folder.resolve("unix.socket");
        Files.createFile(socket);
        server = new HttpServer(new Trust(f -> Optional.ofNullable(store.get(f))));
        server.serve(new Router(routes()));
        server.listen(socket, Optional.empty());
        server.gate().enter(Gate.Phase.OPEN);
        client = new HttpClient(new UnixTransport(socket));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private List<Route> routes() {
        return List.of(
                Route.of("GET", "/1.0/quick", _ -> Answer.webSocket(_ -> {}, () -> {})),
                Route.memory("GET", "/", _ -> Answer.sync(List.of("/1.0"))).forGuests(),
                Route.memory("GET", "/1.0/who", c -> Answer.sync(c.caller().username())),
                Route.memory("GET", "/1.0/tag", _ -> Answer.sync("x").tagged("abc")),
                Route.of("PUT", "/1.0/tag", c -> {
                    c.requireMatch("abc");
                    return Answer.empty();
                }),
                Route.of("POST", "/1.0/json", c -> Answer.sync(c.jsonBytes().length)),
                Route.of("POST", "/1.0/upload", c -> {
                    try (InputStream in = c.body()) {
                        return Answer.sync(in.transferTo(java.io.OutputStream.nullOutputStream()));
                    }
                }),
                Route.of("GET", "/1.0/problem", _ -> {
                    throw Problem.conflict("taken").exception();
                }),
                Route.of("GET", "/1.0/bug", _ -> {
                    throw new IllegalStateException("a bug of ours");
                }),
                Route.of("GET", "/1.0/memory", _ -> {
                    throw new OutOfMemoryError("test");
                }),
                Route.of(
                        "GET",
                        "/1.0/echo",
                        _ -> Answer.webSocket(
                                s -> {
                                    for (var m = s.receive(); m != null; m = s.receive()) {
                                        if (m.isText()) {
                                            s.sendText(m.text());
                                        } else {
                                            s.sendBinary(m.payload(), 0, m.payload().length);
                                        }
                                    }
                                    socketEnded.countDown();
                                },
                                () -> {})));
    }

    private record Got(int status, String body, HttpHeaders headers) {}

    private Got send(HttpRequest request) throws IOException {
        try (var response = client.send(request)) {
            return new Got(
                    response.status(), new String(response.bytes(1 << 20), StandardCharsets.UTF_8), response.headers());
        }
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            METHOD, PATH,         STATUS, ERROR
            GET,    /nothing,     404,    not found
            GET,    /1.0/tag/,    404,    not found
            DELETE, /1.0/tag,     501,    not implemented
            HEAD,   /1.0/tag,     501,    ''
            GET,    /1.0/problem, 409,    taken
            GET,    /1.0/bug,     500,    unexpected failure: IllegalStateException: a bug of ours; the daemon's log tells more
            GET,    /1.0/memory,  500,    the daemon had not enough memory for this request
            """)
    void refuse_inTheEnvelope(String method, String path, int status, String error) throws Exception {
        var got = send(new HttpRequest(method, path));
        assertEquals(status, got.status());
        assertEquals("nosniff", got.headers().get("X-Content-Type-Options"));
        if (!method.equals("HEAD")) {
            assertEquals(
                    "{\"type\":\"error\",\"status\":\"\",\"status_code\":0,\"operation\":\"\",\"error_code\":" + status
                            + ",\"error\":\"" + error.replace("'", "'") + "\",\"metadata\":null}\n\n",
                    got.body());
        }
    }

    @Test
    void answer_unknownVerb() throws Exception {
        String got = raw("FOO /1.0/tag HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertTrue(got.startsWith("HTTP/1.1 404"), got);
        assertTrue(got.contains("Method \\\"FOO\\\" not found"), got);
    }

    @Test
    void answer_options() throws Exception {
        var got = send(new HttpRequest("OPTIONS", "/1.0/tag"));
        assertEquals(200, got.status());
        assertEquals("", got.body());
    }

    @Test
    void answer_bodyOnGetIsIgnored() throws Exception {
        String twice = raw("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\"\"\nGET / HTTP/1.1\r\nHost: x\r\n"
                + "Connection: close\r\n\r\n");
        assertEquals(2, twice.split("\"metadata\":\\[\"/1.0\"\\]", -1).length - 1, twice);
    }

    @ParameterizedTest
    @CsvSource({"GET%20nothing", "'GARBAGE\r\n\r\n'", "'GET / HTTP/9.9\r\n\r\n'", "'GET / HTTP/1.1\r\n\r\n'"})
    void refuse_noHttp(String request) throws Exception {
        String got = raw(request.replace("%20", " ") + "\r\n\r\n");
        assertTrue(got.startsWith("HTTP/1.1 4") || got.startsWith("HTTP/1.1 5"), got);
        assertTrue(got.contains("\"type\":\"error\""), got);
    }

    @Test
    void refuse_staleTag() throws Exception {
        assertEquals(
                "\"abc\"", send(new HttpRequest("GET", "/1.0/tag")).headers().get("ETag"));
        assertEquals(
                200,
                send(new HttpRequest("PUT", "/1.0/tag").header("If-Match", "\"abc\""))
                        .status());
        assertEquals(
                412,
                send(new HttpRequest("PUT", "/1.0/tag").header("If-Match", "other"))
                        .status());
    }

    @Test
    void json_moreThanOneMebibyte() throws Exception {
        assertEquals(
                200,
                send(new HttpRequest("POST", "/1.0/json").body(new byte[1 << 20]))
                        .status());
        String head = "POST /1.0/json HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n";
        String got = raw(head + "x".repeat(5000));
        assertTrue(got.startsWith("HTTP/1.1 413"), got);
        assertTrue(got.contains("larger than 1MiB"), got);
    }

    @Test
    void json_endlessChunkedBody() throws Exception {
        var endless = new InputStream() {
            long sent;

            @Override
            public int read() {
                return sent++ < 1L << 30 ? 'x' : -1;
            }
        };
        try {
            assertEquals(
                    413,
                    send(new HttpRequest("POST", "/1.0/json").body(endless, -1)).status());
        } catch (IOException closedWhileSending) {
            // The server answers and closes; a client in the middle of sending may see only the latter.
        }
        assertTrue(endless.sent < 100 << 20, "the whole body was read: " + endless.sent);
        assertEquals(200, send(new HttpRequest("GET", "/")).status());
    }

    @Test
    void upload_streams() throws Exception {
        var body = new InputStream() {
            long left = 64 << 20;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] b, int off, int len) {
                int n = (int) Math.min(left, len);
                left -= n;
                return n == 0 ? -1 : n;
            }
        };
        var got = send(new HttpRequest("POST", "/1.0/upload").body(body, -1));
        assertTrue(got.body().contains("\"metadata\":" + (64 << 20)), got.body());
    }

    @Test
    void listen_socketHasItsModeAndReplacesTheStaleOne() throws Exception {
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals(
                System.getProperty("user.name"),
                send(new HttpRequest("GET", "/1.0/who")).body().replaceAll(".*\"metadata\":\"(.*)\"}\n", "$1"));
    }

    @Test
    void gate_startingAndEnding() throws Exception {
        server.gate().enter(Gate.Phase.STARTING);
        var got = send(new HttpRequest("GET", "/"));
        assertEquals(503, got.status());
        assertTrue(got.body().contains("LXD daemon setup in progress"));
        server.gate().enter(Gate.Phase.ENDING);
        assertEquals(200, send(new HttpRequest("GET", "/")).status());
        assertTrue(send(new HttpRequest("PUT", "/1.0/tag")).body().contains("LXD is shutting down"));
    }

    @Test
    void webSocket_echoesFramesAsTheyAre() throws Exception {
        var socket = client.webSocket("/1.0/echo", new HttpHeaders()).finish();
        byte[] big = new byte[200_000];
        java.util.Arrays.fill(big, (byte) 7);
        socket.sendBinary(big, 0, big.length);
        var echoed = new java.io.ByteArrayOutputStream();
        while (echoed.size() < big.length) {
            echoed.writeBytes(socket.receive().data());
        }
        assertArrayEquals(big, echoed.toByteArray());
        socket.sendEndOfStream();
        var end = socket.receive();
        assertTrue(end.isText());
        assertEquals(0, end.data().length);
        socket.sendClose();
        assertNull(socket.receive());
        assertTrue(socketEnded.await(5, TimeUnit.SECONDS));
    }

    @Test
    void webSocket_peerVanishes() throws Exception {
        var socket = client.webSocket("/1.0/echo", new HttpHeaders()).finish();
        socket.close();
        assertTrue(socketEnded.await(5, TimeUnit.SECONDS));
    }

    @Test
    void webSocket_servedBeforeItOpened() throws Exception {
        for (int i = 0; i < 200; i++) {
            var socket = client.webSocket("/1.0/quick", new HttpHeaders()).finish();
            assertNull(socket.receive());
            socket.close();
        }
    }

    @Test
    void webSocket_plainGet() throws Exception {
        assertEquals(400, send(new HttpRequest("GET", "/1.0/echo")).status());
    }

    @Test
    void tls_trustByFingerprint() throws Exception {
        var certificate = ServerCertificate.open(folder, "testhost");
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("server.key"))));
        server.listenTls(List.of(LOOPBACK), certificate);
        int port = server.portOf(LOOPBACK);
        var pinned = TlsTransport.certificateOf("127.0.0.1", port);
        assertEquals(certificate.fingerprint().value(), TlsIdentity.fingerprint(pinned));

        var me = SelfSigned.client("me");
        assertEquals(403, tls(port, null, "/1.0/tag"));
        assertEquals(403, tls(port, me, "/1.0/tag"));
        assertEquals(200, tls(port, me, "/"));
        assertEquals(403, tls(port, me, "/1.0/json"));
        var fingerprint = Trust.fingerprint(me.certificate());
        store.put(fingerprint, new TrustedCertificate(fingerprint, "me", "client", "", false, List.of()));
        assertEquals(200, tls(port, me, "/1.0/tag"));
        assertEquals(403, tls(port, SelfSigned.client("me"), "/1.0/tag"));
        store.put(fingerprint, new TrustedCertificate(fingerprint, "me", "metrics", "", false, List.of()));
        assertEquals(403, tls(port, me, "/1.0/tag"));

        server.listenTls(List.of(), certificate);
        assertThrows(IOException.class, () -> tls(port, me, "/"));
        server.listenTls(List.of(LOOPBACK), ServerCertificate.open(folder, "testhost"));
        assertEquals(
                certificate.fingerprint(),
                ServerCertificate.open(folder, "testhost").fingerprint());
    }

    @Test
    void tls_addressInUse() throws Exception {
        var certificate = ServerCertificate.open(folder, "testhost");
        server.listenTls(List.of(LOOPBACK), certificate);
        var taken = new InetSocketAddress("127.0.0.1", server.portOf(LOOPBACK));
        var failure = assertThrows(IOException.class, () -> server.listenTls(List.of(LOOPBACK, taken), certificate));
        assertTrue(failure.getMessage().contains("127.0.0.1:" + taken.getPort()), failure.getMessage());
        assertEquals(200, tls(taken.getPort(), null, "/"));
    }

    private static int tls(int port, TlsIdentity me, String path) throws Exception {
        var pinned = TlsTransport.certificateOf("127.0.0.1", port);
        try (var remote = new HttpClient(TlsTransport.to("127.0.0.1", port, me, pinned));
                var response = remote.send(new HttpRequest("GET", path))) {
            return response.status();
        }
    }

    private String raw(String request) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            var got = new StringBuilder();
            var buffer = ByteBuffer.allocate(8192);
            try {
                while (channel.read(buffer.clear()) >= 0) {
                    got.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                }
            } catch (IOException reset) {
                // Closed with bytes of ours unread: what came before counts.
            }
            return got.toString();
        }
    }
}
