package io.lightvisor.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proxies: every pair of protocols, both directions, ports by range, by the firewall; changed while they run, and
/// there
/// after the daemon was killed.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class ProxyDeviceTest {
    private static final int PORT = 47_310;

    private final LightvisorHost host;
    private final Lxc lxc;

    ProxyDeviceTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void tcpToTcp_wholeLife() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        serveInside(80);
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "listen=tcp:127.0.0.1:" + PORT,
                "connect=tcp:127.0.0.1:80");
        assertEcho(PORT);
        assertEchoOfMuch(PORT);
        lxc.call(
                        "config",
                        "device",
                        "add",
                        "c1",
                        "p2",
                        "proxy",
                        "listen=tcp:127.0.0.1:" + PORT,
                        "connect=tcp:127.0.0.1:80")
                .failsWith(
                        "Failed to start device \"p2\": Error occurred when starting proxy device: Error: Failed to listen on 127.0.0.1:"
                                + PORT);
        lxc.run("config", "device", "set", "c1", "p1", "listen=tcp:127.0.0.1:" + (PORT + 1));
        assertEcho(PORT + 1);
        assertRefused(PORT);
        lxc.run("restart", "--force", "c1");
        serveInside(80);
        assertEcho(PORT + 1);
        lxc.run("config", "device", "remove", "c1", "p1");
        assertRefused(PORT + 1);
        assertEquals("", forwarders());
    }

    @Test
    void killedDaemon_connectionsGoOn() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        serveInside(80);
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "listen=tcp:127.0.0.1:" + PORT,
                "connect=tcp:127.0.0.1:80");
        try (var open = connect(PORT)) {
            exchange(open, "before");
            host.daemon().kill();
            exchange(open, "between");
            assertEcho(PORT);
            host.daemon().startAgain();
            exchange(open, "after");
        }
        // One that is gone is made anew by the next daemon.
        Program.of("kill", "-9", forwarders()).run().ok();
        host.daemon().kill();
        host.daemon().startAgain();
        assertEcho(PORT);
        // A container that ends while no daemon is there takes its forwarder along.
        long init = host.api().get("/1.0/instances/c1/state").metadata().number("pid");
        host.daemon().kill();
        ProcessHandle.of(init).orElseThrow().destroyForcibly();
        for (int i = 0; i < 100 && !forwarders().isEmpty(); i++) {
            LightvisorHost.pause();
        }
        assertEquals("", forwarders());
        host.daemon().startAgain();
    }

    @Test
    void unixSockets_withOwnerAndMode() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        serveInside(80);
        Path socket = host.scratch().resolve("s1");
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "listen=unix:" + socket,
                "connect=tcp:127.0.0.1:80",
                "uid=5",
                "gid=6",
                "mode=0620");
        assertEquals(5, Files.getAttribute(socket, "unix:uid"));
        assertEquals(6, Files.getAttribute(socket, "unix:gid"));
        assertEquals(0620, (Integer) Files.getAttribute(socket, "unix:mode") & 07777);
        assertEcho(socket);
        lxc.run("config", "device", "remove", "c1", "p1");
        assertFalse(Files.exists(socket));
        // What is no socket of a dead process is not touched.
        Files.writeString(socket, "precious");
        lxc.call("config", "device", "add", "c1", "p1", "proxy", "listen=unix:" + socket, "connect=tcp:127.0.0.1:80")
                .failsWith("bind: address already in use");
        assertEquals("precious", Files.readString(socket));
        Files.delete(socket);
    }

    @Test
    void bindInstance_tcpAndUnix() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        Path socket = host.scratch().resolve("s2");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> greet(server));
            lxc.run(
                    "config",
                    "device",
                    "add",
                    "c1",
                    "p1",
                    "proxy",
                    "bind=instance",
                    "listen=tcp:127.0.0.1:90",
                    "connect=unix:" + socket);
            assertEquals("greetings", inside("nc 127.0.0.1 90 </dev/null"));
            lxc.run(
                    "config",
                    "device",
                    "add",
                    "c1",
                    "p2",
                    "proxy",
                    "bind=instance",
                    "listen=unix:/tmp/inside.sock",
                    "connect=unix:" + socket,
                    "uid=5",
                    "gid=6",
                    "mode=0604");
            assertEquals("604 5 6", inside("stat -c '%a %u %g' /tmp/inside.sock"));
            long init = host.api().get("/1.0/instances/c1/state").metadata().number("pid");
            try (var channel =
                    SocketChannel.open(UnixDomainSocketAddress.of("/proc/" + init + "/root/tmp/inside.sock"))) {
                assertTrue(channel.read(ByteBuffer.allocate(100)) > 0);
            }
            lxc.run("config", "device", "remove", "c1", "p1", "p2");
            assertEquals("", inside("ls /tmp/inside.sock 2>/dev/null || true"));
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    /// Into the container and by a second proxy out of it again, to a server here.
    @Test
    void udpToUdp_answersFindTheirWay() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        inside("ifconfig lo up");
        try (var server = new DatagramSocket(PORT + 9, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server));
            lxc.run("config", "device", "add", "c1", "p1", "proxy", "listen=udp::" + PORT, "connect=udp:127.0.0.1:53");
            lxc.run(
                    "config",
                    "device",
                    "add",
                    "c1",
                    "p2",
                    "proxy",
                    "bind=instance",
                    "listen=udp:127.0.0.1:53",
                    "connect=udp:127.0.0.1:" + (PORT + 9));
            for (int i = 0; i < 3; i++) {
                try (var client = new DatagramSocket()) {
                    // Only from where it asked does it take an answer.
                    client.connect(InetAddress.getLoopbackAddress(), PORT);
                    client.setSoTimeout(10_000);
                    byte[] question = ("question " + i).getBytes(UTF_8);
                    client.send(new DatagramPacket(question, question.length));
                    var answer = new DatagramPacket(new byte[100], 100);
                    client.receive(answer);
                    assertEquals("question " + i, new String(answer.getData(), 0, answer.getLength(), UTF_8));
                }
            }
        }
    }

    @Test
    void ports_byRangeAndOneForAll() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        serveInside(80);
        serveInside(81);
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "listen=tcp:127.0.0.1:" + PORT + "-" + (PORT + 1),
                "connect=tcp:127.0.0.1:80-81");
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p2",
                "proxy",
                "listen=tcp:127.0.0.1:" + (PORT + 2) + "," + (PORT + 4),
                "connect=tcp:127.0.0.1:80");
        for (int port : new int[] {PORT, PORT + 1, PORT + 2, PORT + 4}) {
            assertEcho(port);
        }
    }

    @Test
    void proxyProtocol_saysWhoConnects() throws Exception {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        serveInside(80);
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "listen=tcp:127.0.0.1:" + PORT,
                "connect=tcp:127.0.0.1:80",
                "proxy_protocol=true");
        try (var socket = connect(PORT)) {
            String line = "PROXY TCP4 127.0.0.1 127.0.0.1 " + socket.getLocalPort() + " " + PORT + "\r\n";
            byte[] got = socket.getInputStream().readNBytes(line.length());
            assertEquals(line, new String(got, UTF_8));
            exchange(socket, "then the rest");
        }
    }

    @Test
    void nat_byTheFirewall() throws Exception {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.call(
                "config",
                "device",
                "add",
                "c1",
                "p1",
                "proxy",
                "nat=true",
                "listen=tcp:127.0.0.1:" + PORT,
                "connect=tcp:0.0.0.0:80");
        lxc.call("start", "c1").failsWith("Instance has no static IPv4 address assigned to be used as the connect IP");
        String gateway =
                lxc.run("network", "get", LightvisorHost.BRIDGE, "ipv4.address").replaceAll("/.*", "");
        String address = gateway.substring(0, gateway.lastIndexOf('.')) + ".77";
        lxc.run("config", "device", "override", "c1", "eth0", "ipv4.address=" + address);
        lxc.run("start", "c1");
        assertEquals(address, host.awaitAddress("c1"));
        serveInside(80);
        assertEcho(PORT);
        assertEquals("", forwarders());
        lxc.run(
                "config",
                "device",
                "add",
                "c1",
                "p2",
                "proxy",
                "nat=true",
                "listen=tcp:" + gateway + ":" + PORT,
                "connect=tcp:" + address + ":80");
        assertEcho(new InetSocketAddress(gateway, PORT));
        host.daemon().kill();
        host.daemon().startAgain();
        assertEcho(PORT);
        assertTrue(natTables() > 0);
        lxc.run("stop", "--force", "c1");
        assertRefused(PORT);
    }

    @Test
    void refused_inLxdsWords() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        String on = "config device add c1 d1 proxy listen=tcp:127.0.0.1:" + PORT;
        String[][] table = {
            {
                on + "-" + (PORT + 2) + " connect=tcp:127.0.0.1:80-81",
                "Error occurred when starting proxy device: Error: Invalid port range"
            },
            {on + " connect=tcp:127.0.0.1:80-81", "Mismatch between listen port(s) and connect port(s) count"},
            {
                "config device add c1 d1 proxy listen=udp:127.0.0.1:1 connect=tcp:127.0.0.1:80",
                "Proxying from udp to non-udp protocol is not supported"
            },
            {
                "config device add c1 d1 proxy listen=tcp:192.0.2.7:7001 connect=tcp:127.0.0.1:80",
                "bind: cannot assign requested address"
            },
            {
                "config device add c1 d1 proxy listen=unix:/nonexist/dir/s connect=unix:/x",
                "Failed to listen on /nonexist/dir/s: listen unix /nonexist/dir/s: bind: no such file or directory"
            },
        };
        for (String[] row : table) {
            lxc.call(row[0].split(" ")).failsWith(row[1]);
            assertEquals("", lxc.run("config", "device", "list", "c1"));
        }
        assertEquals("", forwarders());
    }

    // ---- inside

    private String inside(String script) {
        return lxc.run("exec", "c1", "--", "sh", "-c", script);
    }

    /// An echo server in the container.
    private void serveInside(int port) {
        inside("ifconfig lo up; nc -ll -p " + port + " -e cat >/dev/null 2>&1 </dev/null &");
    }

    // ---- outside

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void exchange(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        assertEquals(text, new String(socket.getInputStream().readNBytes(text.length()), UTF_8));
    }

    private static void assertEcho(int port) throws Exception {
        assertEcho(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /// The server inside may need a moment.
    private static void assertEcho(InetSocketAddress to) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try (var socket = new Socket(to.getAddress(), to.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                socket.shutdownOutput();
                String got = new String(socket.getInputStream().readAllBytes(), UTF_8);
                if (got.equals("hello")) {
                    return;
                }
                assertTrue(attempt < 40, "answered: " + got);
            } catch (IOException e) {
                assertTrue(attempt < 40, to + ": " + e);
            }
            LightvisorHost.pause();
        }
    }

    private static void assertEcho(Path socket) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            var got = ByteBuffer.allocate(5);
            while (got.hasRemaining() && channel.read(got) >= 0) {
                // until it is whole
            }
            assertEquals("hello", new String(got.array(), UTF_8));
        }
    }

    private static void assertEchoOfMuch(int port) throws Exception {
        byte[] much = new byte[8 << 20];
        new Random(1).nextBytes(much);
        try (var socket = connect(port)) {
            var writer = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(much);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    // the reader will say what is missing
                }
            });
            assertArrayEquals(much, socket.getInputStream().readAllBytes());
            writer.join();
        }
    }

    private static void assertRefused(int port) {
        assertThrows(ConnectException.class, () -> connect(port).close());
    }

    private static void greet(ServerSocketChannel server) {
        try {
            while (true) {
                try (var client = server.accept()) {
                    client.write(ByteBuffer.wrap("greetings\n".getBytes(UTF_8)));
                }
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private static void answer(DatagramSocket server) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[1000], 1000);
                server.receive(packet);
                server.send(packet);
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    /// The forwarders of c1, by pid.
    private static String forwarders() {
        return Program.of("pgrep", "-f", "^.lightvisor proxy. c1 ").run().out().strip();
    }

    private static long natTables() {
        return Program.of("nft", "list", "tables")
                .run()
                .ok()
                .out()
                .lines()
                .filter(line -> line.contains("lightvisor_proxy_"))
                .count();
    }
}
