package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `/dev/lxd/sock` from inside a busybox container. The host's Python, shown to it by a disk device,
/// speaks there.
@OnLightvisor
@Needs(Need.ROOT)
final class GuestSideTest {
    private static final String ASK = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect('/dev/lxd/sock')
            s.settimeout(10)
            body = sys.argv[3] if len(sys.argv) > 3 else ''
            s.sendall(('%s %s HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s'
                       % (sys.argv[1], sys.argv[2], len(body), body)).encode())
            data = b''
            while True:
                part = s.recv(65536)
                if not part:
                    break
                data += part
            head, _, body = data.partition(b'\\r\\n\\r\\n')
            print(head.split()[1].decode(), body.decode().rstrip())
            """;

    private static final String LISTEN = """
            import base64, os, socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect('/dev/lxd/sock')
            up = 'Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: %s\\r\\n'
            extra = up % base64.b64encode(os.urandom(16)).decode() if sys.argv[1] == 'ws' else ''
            s.sendall(('GET /1.0/events HTTP/1.1\\r\\nHost: x\\r\\n' + extra + '\\r\\n').encode())
            s.settimeout(20)
            data = b''
            while b'"user.stop"' not in data:
                data += s.recv(65536)
                if b'\\r\\n\\r\\n' in data:
                    open('/listening', 'w').close()
            sys.stdout.buffer.write(data)
            """;

    private static final String FLOOD = """
            import socket
            open_ones = []
            for i in range(3000):
                s = socket.socket(socket.AF_UNIX)
                s.setblocking(False)
                try:
                    s.connect('/dev/lxd/sock')
                except BlockingIOError:
                    continue
                open_ones.append(s)
            for garbage in [b'\\0' * 100, b'GARBAGE\\r\\n\\r\\n', b'GET / HTTP/1.1\\r\\nX: ' + b'a' * 100000 + b'\\r\\n\\r\\n',
                            b'POST / HTTP/1.1\\r\\nContent-Length: 99999999999\\r\\n\\r\\n',
                            b'POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffff\\r\\n',
                            b'GET /1.0/config/%zz HTTP/1.1\\r\\n\\r\\n']:
                for s in open_ones[:20]:
                    try:
                        s.send(garbage)
                    except OSError:
                        pass
            print('done')
            """;

    private final LightvisorHost host;

    GuestSideTest(LightvisorHost host) {
        this.host = host;
    }

    @BeforeEach
    void launch() {
        launch("c1");
    }

    private void launch(String name) {
        host.ours().run("launch", LightvisorHost.BUSYBOX, name, "-c", "user.who=" + name);
        host.ours().run("config", "device", "add", name, "host", "disk", "source=/usr", "path=/h", "readonly=true");
        put(name, "/ask.py", ASK);
    }

    private void put(String name, String file, String text) {
        host.ours().feed(text, "exec", name, "--", "sh", "-c", "cat > " + file).ok();
    }

    private Program python(String name, String... arguments) {
        var words = new ArrayList<>(List.of("exec", name, "--env", "PYTHONHOME=/h", "--", loader()));
        words.addAll(List.of("--library-path", "/h/lib/x86_64-linux-gnu", "/h/bin/python3"));
        words.addAll(List.of(arguments));
        return host.ours().program(words.toArray(String[]::new));
    }

    private static String loader() {
        return "/h/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";
    }

    private String ask(String name, String... request) {
        var words = new ArrayList<>(List.of("/ask.py"));
        words.addAll(List.of(request));
        return python(name, words.toArray(String[]::new)).run().ok().out().stripTrailing();
    }

    @Test
    void paths_answerAsLxdDoes() {
        assertEquals("200 [\"/1.0\"]", ask("c1", "GET", "/"));
        assertEquals(
                "200 {\"state\":\"Started\",\"api_version\":\"1.0\",\"instance_type\":\"container\","
                        + "\"location\":\"none\"}",
                ask("c1", "GET", "/1.0"));
        assertEquals("200 [\"/1.0/config/user.who\"]", ask("c1", "GET", "/1.0/config"));
        assertEquals("200 c1", ask("c1", "GET", "/1.0/config/user.who"));
        assertEquals("404 not found", ask("c1", "GET", "/1.0/config/user.none"));
        assertEquals("403 not authorized", ask("c1", "GET", "/1.0/config/volatile.uuid"));
        assertEquals("404 404 page not found", ask("c1", "GET", "/1.0/"));
        String metaData = ask("c1", "GET", "/1.0/meta-data");
        assertTrue(metaData.startsWith("200 #cloud-config\ninstance-id: "), metaData);
        assertTrue(metaData.endsWith("local-hostname: c1"), metaData);
        assertTrue(ask("c1", "GET", "/1.0/devices").contains("\"hwaddr\":\"00:16:3e:"));
        assertEquals("403 not authorized", ask("c1", "GET", "/1.0/images/abc/export"));
    }

    @Test
    void eachGuest_seesItselfOnly() {
        launch("c2");
        assertEquals("200 c1", ask("c1", "GET", "/1.0/config/user.who"));
        assertEquals("200 c2", ask("c2", "GET", "/1.0/config/user.who"));
        // A group of the guest's own, named like that of another container.
        String tag = group("c2");
        String inIt =
                "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir -p $d/%1$s/c2 && echo $$ > $d/%1$s/c2/cgroup.procs;"
                        + " done 2>/dev/null; exec %2$s --library-path /h/lib/x86_64-linux-gnu /h/bin/python3 /ask.py GET"
                        + " /1.0/config/user.who";
        assertEquals(
                "200 c1",
                host.ours()
                        .run("exec", "c1", "--env", "PYTHONHOME=/h", "--", "sh", "-c", inIt.formatted(tag, loader())));
    }

    private String group(String name) {
        long pid =
                host.api().get("/1.0/instances/" + name + "/state").metadata().number("pid");
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
                int at = line.indexOf("lightvisor");
                if (at >= 0) {
                    return line.substring(at).split("/")[0];
                }
            }
            throw new AssertionError("no cgroup of " + name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void otherUsers_areRefused() {
        var result = host.ours()
                .call(
                        "exec",
                        "c1",
                        "--user",
                        "1000",
                        "--env",
                        "PYTHONHOME=/h",
                        "--",
                        loader(),
                        "--library-path",
                        "/h/lib/x86_64-linux-gnu",
                        "/h/bin/python3",
                        "/ask.py",
                        "GET",
                        "/1.0/config/user.who");
        assertEquals("401 Access denied for non-root user", result.out().strip());
    }

    @Test
    void ready_isSeenOutside() {
        assertEquals("RUNNING", host.state("c1"));
        assertEquals("200", ask("c1", "PATCH", "/1.0", "{\"state\":\"Ready\"}").strip());
        assertEquals("READY", host.state("c1"));
        assertEquals("true", host.ours().run("config", "get", "c1", "volatile.last_state.ready"));
        assertTrue(ask("c1", "GET", "/1.0").contains("\"state\":\"Ready\""));
        assertTrue(ask("c1", "PATCH", "/1.0", "{\"state\":\"Nonsense\"}").startsWith("400"));
        ask("c1", "PATCH", "/1.0", "{\"state\":\"Started\"}");
        assertEquals("RUNNING", host.state("c1"));
        ask("c1", "PATCH", "/1.0", "{\"state\":\"Ready\"}");
        host.ours().run("restart", "--force", "c1");
        assertEquals("RUNNING", host.state("c1"));
    }

    @Test
    void events_reachTheGuest() throws Exception {
        for (String how : new String[] {"ws", "plain"}) {
            put("c1", "/listen.py", LISTEN);
            Process listening = python("c1", "/listen.py", how).start();
            try {
                while (host.ours().call("exec", "c1", "--", "rm", "/listening").exit() != 0) {
                    LightvisorHost.pause();
                }
                host.ours().run("config", "set", "c1", "user.a=" + how);
                host.ours().run("config", "set", "c1", "limits.processes=500");
                host.ours().run("config", "device", "add", "c1", "d1", "disk", "source=/usr/share", "path=/mnt");
                host.ours().run("config", "device", "remove", "c1", "d1");
                host.ours().run("config", "set", "c1", "user.stop=" + how);
                String seen = new String(listening.getInputStream().readAllBytes());
                assertTrue(listening.waitFor(5, TimeUnit.SECONDS));
                assertTrue(seen.contains("\"key\":\"user.a\""), seen);
                assertTrue(seen.contains("\"value\":\"" + how + "\""), seen);
                assertTrue(seen.contains("\"action\":\"added\"") && seen.contains("\"action\":\"removed\""), seen);
                assertTrue(!seen.contains("limits"), seen);
            } finally {
                listening.destroyForcibly();
            }
        }
    }

    @Test
    void socket_goesAndComes() {
        host.ours().run("config", "set", "c1", "security.devlxd=false");
        assertEquals(
                1,
                host.ours()
                        .call("exec", "c1", "--", "test", "-e", "/dev/lxd/sock")
                        .exit());
        host.ours().run("config", "set", "c1", "security.devlxd=true");
        assertEquals("200 c1", ask("c1", "GET", "/1.0/config/user.who"));
        host.ours().call("config", "set", "c1", "security.guestapi=false").failsWith("Mutually exclusive");
        host.ours().run("config", "unset", "c1", "security.devlxd");
        host.ours().run("config", "set", "c1", "security.guestapi=false");
        host.ours().run("restart", "--force", "c1");
        assertEquals(
                1,
                host.ours()
                        .call("exec", "c1", "--", "test", "-e", "/dev/lxd/sock")
                        .exit());
    }

    @Test
    void socket_outlivesTheDaemon() {
        host.daemon().kill();
        host.daemon().startAgain();
        assertEquals("200 c1", ask("c1", "GET", "/1.0/config/user.who"));
    }

    @Test
    void image_isGivenWhereAllowed() {
        host.ours().run("config", "set", "c1", "security.devlxd.images=true");
        String fingerprint = host.ours().run("config", "get", "c1", "volatile.base_image");
        assertTrue(ask("c1", "GET", "/1.0/images/0000/export").startsWith("404"));
        host.ours()
                .feed("public: true\n", "image", "edit", LightvisorHost.BUSYBOX)
                .ok();
        put("c1", "/head.py", ASK.replace("recv(65536)", "recv(64)").replace("data += part", "data += part; break"));
        assertTrue(python("c1", "/head.py", "GET", "/1.0/images/" + fingerprint + "/export")
                .run()
                .ok()
                .out()
                .startsWith("200"));
    }

    @Test
    void cloudInit_isNewWithNewData() {
        String first = id();
        host.ours().run("config", "set", "c1", "user.other=1");
        assertEquals(first, id());
        host.ours().run("config", "set", "c1", "cloud-init.user-data=#cloud-config");
        String second = id();
        assertNotEquals(first, second);
        host.ours().run("profile", "create", "p1");
        host.ours().run("profile", "add", "c1", "p1");
        assertEquals(second, id());
        host.ours().run("profile", "set", "p1", "cloud-init.vendor-data=#cloud-config");
        assertNotEquals(second, id());
        host.ours().call("config", "set", "c1", "cloud-init.network-config=x").failsWith("cannot unmarshal");
        assertEquals("200 #cloud-config", ask("c1", "GET", "/1.0/config/cloud-init.user-data"));
    }

    private String id() {
        return host.ours().run("config", "get", "c1", "volatile.cloud-init.instance-id");
    }

    @Test
    void hostileGuest_hurtsNobody() {
        launch("c2");
        put("c1", "/flood.py", FLOOD);
        for (int i = 0; i < 2; i++) {
            python("c1", "/flood.py").run().ok();
            assertEquals("200 c2", ask("c2", "GET", "/1.0/config/user.who"));
        }
        assertEquals("RUNNING", host.state("c1"));
        assertEquals("200 c1", ask("c1", "GET", "/1.0/config/user.who"));
    }
}
