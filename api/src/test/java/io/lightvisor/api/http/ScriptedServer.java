package io.lightvisor.api.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A server on a unix socket that answers its n-th request with the n-th text it was given, byte for byte. A text that
/// ends
/// with `CLOSE` is followed by the end of the connection.
final class ScriptedServer implements AutoCloseable {
    static final String CLOSE = "<close>";

    private final ServerSocketChannel listener;
    private final Path socket;
    private final List<String> answers;
    private int next;
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    volatile int connections;

    ScriptedServer(String... answers) throws IOException {
        this.answers = List.of(answers);
        socket = Files.createTempDirectory("lv-http").resolve("s");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::accept);
    }

    Transport transport() {
        return new UnixTransport(socket);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                connections++;
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(SocketChannel client) {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (client) {
            while (true) {
                while (!complete(text)) {
                    buffer.clear();
                    if (client.read(buffer) < 0) {
                        return;
                    }
                    text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
                }
                requests.add(text.toString());
                text.setLength(0);
                String answer;
                synchronized (this) {
                    answer = next < answers.size() ? answers.get(next++) : CLOSE;
                }
                boolean close = answer.endsWith(CLOSE);
                String sent = close ? answer.substring(0, answer.length() - CLOSE.length()) : answer;
                ByteBuffer bytes = ByteBuffer.wrap(sent.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
                if (close) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The client has what it wanted.
        }
    }

    private static boolean complete(StringBuilder text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (text.indexOf("Transfer-Encoding: chunked") >= 0) {
            return text.indexOf("0\r\n\r\n", end + 4) >= 0;
        }
        int at = text.indexOf("Content-Length: ");
        if (at < 0) {
            return true;
        }
        int length = Integer.parseInt(text.substring(at + 16, text.indexOf("\r", at)));
        return text.length() >= end + 4 + length;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }
}
