package io.lightvisor.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Answers every request of [Training] with something of the right shape; knows nothing and keeps nothing.
final class TrainingServer implements Closeable {
    private static final String STATE = """
            {"status":"Running","status_code":103,"disk":{"root":{"usage":5}},"memory":{"usage":1000000,"usage_peak":2000000,"swap_usage":0,"swap_usage_peak":0},"network":{"eth0":{"addresses":[{"family":"inet","address":"10.0.0.2","netmask":"24","scope":"global"},{"family":"inet6","address":"fd42::2","netmask":"64","scope":"global"}],"counters":{"bytes_received":1,"bytes_sent":2,"packets_received":3,"packets_sent":4},"hwaddr":"00:16:3e:00:00:01","host_name":"veth1","mtu":1500,"state":"up","type":"broadcast"}},"pid":77,"processes":3,"cpu":{"usage":1234567890}}""";

    private static final String INSTANCE = """
            {"architecture":"x86_64","config":{"image.os":"Debian","user.a":"1","volatile.base_image":"0123456789abcdef"},"devices":{},"ephemeral":false,"profiles":["default"],"stateful":false,"description":"","created_at":"2026-01-01T00:00:00.123456789Z","expanded_config":{"image.os":"Debian"},"expanded_devices":{"eth0":{"name":"eth0","network":"lxdbr0","type":"nic"},"root":{"path":"/","pool":"default","type":"disk"}},"name":"c1","status":"Running","status_code":103,"last_used_at":"2026-01-01T00:00:00Z","location":"none","type":"container","project":"default","backups":null,"state":"""
            + STATE
            + ",\"snapshots\":[{\"name\":\"s0\",\"created_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":\"0001-01-01T00:00:00Z\"}]}";

    private static final String OTHERS = """
            {"name":"default","description":"x","type":"bridge","managed":true,"status":"Created","driver":"dir","used_by":["/1.0/instances/c1"],"config":{"ipv4.address":"10.0.0.1/24","features.images":"true"},"devices":{"root":{"type":"disk","path":"/","pool":"default"}},"locations":["none"],"aliases":[{"name":"img","description":""}],"properties":{"description":"Debian"},"fingerprint":"0123456789abcdef","target":"0123456789abcdef","architecture":"x86_64","size":1000000,"public":false,"uploaded_at":"2026-01-01T00:00:00Z","environment":{"server_version":"5.0.2"},"auth":"trusted"}""";

    private static final String OPERATION = """
            {"id":"1","class":"websocket","description":"","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","status":"STATUS","status_code":CODE,"resources":{"instances":["/1.0/instances/c1"]},"metadata":{"return":0,"fds":{"0":"a","1":"b","2":"c","control":"d"}},"may_cancel":false,"err":"","location":"none"}""";

    private final ServerSocketChannel listener;

    private TrainingServer(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static TrainingServer listen(Path socket) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        TrainingServer server = new TrainingServer(listener);
        server.daemon(new Runnable() {
            @Override
            public void run() {
                server.accept();
            }
        });
        return server;
    }

    private void daemon(Runnable work) {
        Thread thread = new Thread(work, "training");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                daemon(new Runnable() {
                    @Override
                    public void run() {
                        serve(client);
                    }
                });
            }
        } catch (IOException closed) {
            // The training is over.
        }
    }

    private static void serve(SocketChannel client) {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        StringBuilder text = new StringBuilder();
        try (client) {
            while (true) {
                int end;
                while ((end = text.indexOf("\r\n\r\n")) < 0) {
                    if (!more(client, buffer, text)) {
                        return;
                    }
                }
                String head = text.substring(0, end);
                text.delete(0, end + 4);
                int length = number(head, "Content-Length: ");
                while (text.length() < length) {
                    if (!more(client, buffer, text)) {
                        return;
                    }
                }
                text.delete(0, length);
                if (head.contains("Upgrade: websocket")) {
                    upgrade(client, head);
                    while (more(client, buffer, text)) {
                        text.setLength(0);
                    }
                    return;
                }
                answer(client, head);
            }
        } catch (IOException | NoSuchAlgorithmException gone) {
            // The client has what it wanted.
        }
    }

    private static boolean more(SocketChannel client, ByteBuffer buffer, StringBuilder text) throws IOException {
        buffer.clear();
        if (client.read(buffer) < 0) {
            return false;
        }
        text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
        return true;
    }

    private static int number(String head, String name) {
        int at = head.indexOf(name);
        if (at < 0) {
            return 0;
        }
        int end = head.indexOf('\r', at);
        return Integer.parseInt(head.substring(at + name.length(), end < 0 ? head.length() : end));
    }

    private static void answer(SocketChannel client, String head) throws IOException {
        String target = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/"));
        boolean changes = !head.startsWith("GET");
        String metadata;
        boolean async = false;
        if (target.contains("/operations?")) {
            metadata = "{\"success\":[" + operation(true) + "]}";
        } else if (target.contains("/operations/")) {
            metadata = operation(true);
        } else if (target.startsWith("/1.0/instances") && changes) {
            metadata = operation(false);
            async = true;
        } else if (target.startsWith("/1.0/instances/")) {
            metadata = INSTANCE;
        } else if (target.startsWith("/1.0/instances")) {
            metadata = "[" + INSTANCE + "]";
        } else {
            metadata = target.contains("recursion=1") ? "[" + OTHERS + "]" : OTHERS;
        }
        String body = "{\"type\":\"" + (async ? "async" : "sync")
                + "\",\"status\":\"Success\",\"status_code\":200,\"operation\":\"" + (async ? "/1.0/operations/1" : "")
                + "\",\"error_code\":0,\"error\":\"\",\"metadata\":" + metadata + "}\n";
        send(
                client,
                "HTTP/1.1 " + (async ? "202 Accepted" : "200 OK")
                        + "\r\nContent-Type: application/json\r\nETag: \"x\"\r\n" + "Content-Length: " + body.length()
                        + "\r\n\r\n" + body);
    }

    private static String operation(boolean done) {
        return OPERATION.replace("STATUS", done ? "Success" : "Running").replace("CODE", done ? "200" : "103");
    }

    /// Grants a websocket, and ends its stream at once.
    private static void upgrade(SocketChannel client, String head) throws IOException, NoSuchAlgorithmException {
        int at = head.indexOf("Sec-WebSocket-Key: ") + 19;
        int end = head.indexOf('\r', at);
        String key = head.substring(at, end < 0 ? head.length() : end);
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        send(
                client,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n");
        ByteBuffer frames = ByteBuffer.wrap(new byte[] {(byte) 0x82, 1, '.', (byte) 0x81, 0});
        while (frames.hasRemaining()) {
            client.write(frames);
        }
    }

    private static void send(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
