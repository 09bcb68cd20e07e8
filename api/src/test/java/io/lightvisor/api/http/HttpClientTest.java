package io.lightvisor.api.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static String get(HttpClient client) throws IOException {
        try (HttpResponse response = client.send(new HttpRequest("GET", "/"))) {
            return new String(response.bytes(1 << 20), StandardCharsets.UTF_8);
        }
    }

    @Test
    void send_twice_usesOneConnection() throws IOException {
        try (var server = new ScriptedServer(OK, OK);
                var client = new HttpClient(server.transport())) {
            assertEquals("ok", get(client));
            assertEquals("ok", get(client));
            assertEquals(1, server.connections);
            assertTrue(server.requests.get(0).startsWith("GET / HTTP/1.1\r\nHost: unix.socket\r\n"));
        }
    }

    @Test
    void send_onAConnectionThatDied_goesOnANewOne() throws IOException {
        try (var server = new ScriptedServer(OK + ScriptedServer.CLOSE, OK);
                var client = new HttpClient(server.transport())) {
            assertEquals("ok", get(client));
            assertEquals("ok", get(client));
            assertEquals(2, server.connections);
        }
    }

    @Test
    void send_chunkedAnswer_isPutTogether() throws IOException {
        try (var server = new ScriptedServer(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
                        OK);
                var client = new HttpClient(server.transport())) {
            assertEquals("abcde", get(client));
            assertEquals("ok", get(client));
            assertEquals(1, server.connections);
        }
    }

    @Test
    void send_answerWithoutLength_goesToTheEnd() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 200 OK\r\n\r\nall" + ScriptedServer.CLOSE);
                var client = new HttpClient(server.transport())) {
            assertEquals("all", get(client));
        }
    }

    @Test
    void send_continueFirst_isPassedOver() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 100 Continue\r\n\r\n" + OK);
                var client = new HttpClient(server.transport())) {
            assertEquals("ok", get(client));
        }
    }

    @Test
    void send_bodies() throws IOException {
        try (var server = new ScriptedServer(OK, OK, OK);
                var client = new HttpClient(server.transport())) {
            byte[] body = "abc".getBytes(StandardCharsets.UTF_8);
            client.send(new HttpRequest("POST", "/").body(body)).bytes(10);
            client.send(new HttpRequest("POST", "/").body(new ByteArrayInputStream(body), -1))
                    .bytes(10);
            client.send(new HttpRequest("POST", "/").body(new ByteArrayInputStream(body), 3))
                    .bytes(10);
            assertTrue(server.requests.get(0).endsWith("Content-Length: 3\r\n\r\nabc"));
            assertTrue(server.requests.get(1).endsWith("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
            assertTrue(server.requests.get(2).endsWith("Content-Length: 3\r\n\r\nabc"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
                ""
            })
    void send_answerThatIsNone_fails(String answer) throws IOException {
        try (var server = new ScriptedServer(answer + ScriptedServer.CLOSE);
                var client = new HttpClient(server.transport())) {
            assertThrows(IOException.class, () -> get(client));
        }
    }

    @Test
    void send_headWithoutEnd_isGivenUp() throws IOException {
        String many = "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(1000) + "\r\n";
        String longLine = "HTTP/1.1 200 OK\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n";
        for (String head : new String[] {many, longLine}) {
            try (var server = new ScriptedServer(head);
                    var client = new HttpClient(server.transport())) {
                assertThrows(HttpException.class, () -> get(client));
            }
        }
    }

    @Test
    void bytes_beyondTheLimit_isRefused() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(100));
                var client = new HttpClient(server.transport())) {
            HttpResponse response = client.send(new HttpRequest("GET", "/"));
            assertThrows(HttpException.class, () -> response.bytes(50));
        }
    }

    @Test
    void header_thatWouldBreakOut_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new HttpRequest("GET", "/").header("A", "b\r\nC: d"));
        assertThrows(IllegalArgumentException.class, () -> new HttpRequest("GET", "/a b"));
        assertThrows(IllegalArgumentException.class, () -> new HttpRequest("GET", "/a\r\nX: y"));
    }

    private static final String GRANTED =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: ooclefTdoDCDEPj9KQP0pjI4GbU=\r\n\r\n";

    private static WebSocket socket(HttpClient client) throws IOException {
        return client.webSocket("/ws", new HttpHeaders()).finish();
    }

    @Test
    void receive_framesOfAllLengths() throws IOException {
        String small = "\u0082\u0003abc";
        String text = "\u0081\u0000";
        String medium = "\u0082\u007e\u0001\u0000" + "m".repeat(256);
        String large = "\u0082\u007f\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000" + "l".repeat(65536);
        String fragments = "\u0001\u0002ab\u0089\u0001p\u0080\u0001c";
        try (var server = new ScriptedServer(
                        GRANTED + small + text + medium + large + fragments + "\u0088\u0002\u0003\u00e8");
                var client = new HttpClient(server.transport());
                var socket = socket(client)) {
            assertArrayEquals(
                    "abc".getBytes(StandardCharsets.UTF_8), socket.receive().data());
            WebSocket.Message end = socket.receive();
            assertTrue(end.isText());
            assertEquals(0, end.data().length);
            assertEquals(256, socket.receive().data().length);
            assertEquals(65536, socket.receive().data().length);
            WebSocket.Message joined = socket.receive();
            assertTrue(joined.isText());
            assertEquals("abc", joined.text());
            assertNull(socket.receive());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0082\u0083abcdefg", // masked
                "\u0082\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", // negative length
                "\u0082\u007f\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000", // 4 GiB
                "\u0080\u0001a", // a continuation of nothing
                "\u0001\u0001a\u0081\u0001b", // a message within a message
                "\u0089\u007e\u0001\u0000", // a ping of 256 bytes
                "\u0083\u0000", // an unknown kind
                "\u0082\u0005abc" // cut short
            })
    void receive_framesThatAreWrong_fail(String frames) throws IOException {
        try (var server = new ScriptedServer(GRANTED + frames + ScriptedServer.CLOSE);
                var client = new HttpClient(server.transport());
                var socket = socket(client)) {
            assertThrows(HttpException.class, socket::receive);
        }
    }

    @Test
    void finish_refused_tellsTheAnswer() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnever");
                var client = new HttpClient(server.transport())) {
            UpgradeRefused refused = assertThrows(UpgradeRefused.class, () -> socket(client));
            assertEquals(404, refused.status());
            assertEquals("never", new String(refused.body(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void finish_grantedForAnotherKey_isRefused() throws IOException {
        try (var server = new ScriptedServer(GRANTED.replace("ooclef", "ooclex"));
                var client = new HttpClient(server.transport())) {
            assertThrows(HttpException.class, () -> socket(client));
        }
    }

    @Test
    void close_whileAnotherThreadReceives_wakesIt() throws Exception {
        try (var server = new ScriptedServer(GRANTED);
                var client = new HttpClient(server.transport())) {
            WebSocket socket = socket(client);
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    socket.receive();
                } catch (IOException woken) {
                    // As it should be.
                }
            });
            socket.close();
            reader.join(10_000);
            assertFalse(reader.isAlive());
        }
    }
}
