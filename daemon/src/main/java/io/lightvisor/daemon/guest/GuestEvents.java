package io.lightvisor.daemon.guest;

import io.lightvisor.api.Wire;
import io.lightvisor.engine.instance.GuestNews;
import io.lightvisor.engine.instance.Guests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;

/// The stream of a guest's own news: frames of a websocket (RFC 6455) for who asks for one, else lines of
/// JSON for as long as the connection lasts. A guest that is [#CAPACITY] events behind is cut off.
final class GuestEvents {
    private static final int CAPACITY = 256;
    /// A guest has nothing to say here; more than this in one frame is no control frame.
    private static final int MOST_FRAME = 125;

    private static final byte[] OVER = new byte[0];

    private final GuestConnection connection;
    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(CAPACITY);
    private boolean webSocket;

    GuestEvents(GuestConnection connection) {
        this.connection = connection;
    }

    /// Returns when the guest has gone, or was too slow.
    void serve(Guests guests, Guests.Guest guest, GuestRequest request, Set<String> types)
            throws IOException, InterruptedException {
        String key = request.headers().getOrDefault("sec-websocket-key", "");
        webSocket =
                !key.isEmpty() && request.headers().getOrDefault("upgrade", "").equalsIgnoreCase("websocket");
        try (var _ = guests.news().subscribe(guest.instanceId(), news -> {
            if (types.contains(news.type()) && !queue.offer(encode(news))) {
                connection.socket().close();
            }
        })) {
            connection.send(opening(key).getBytes(StandardCharsets.US_ASCII));
            var reader = Thread.ofVirtual()
                    .name("guest events of " + guest.ref().name())
                    .start(this::discard);
            try {
                for (byte[] json = queue.take(); json.length > 0; json = queue.take()) {
                    connection.send(json);
                }
            } finally {
                connection.socket().close();
                reader.join();
            }
        }
    }

    private String opening(String key) {
        return webSocket
                ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
                        + "X-Content-Type-Options: nosniff\r\n\r\n";
    }

    /// RFC 6455, section 4.2.2.
    private static String accept(String key) {
        try {
            var sha = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha.digest(
                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] encode(GuestNews.News news) {
        var event = new LinkedHashMap<String, Object>();
        event.put("type", news.type());
        event.put("timestamp", Instant.now().toString());
        var metadata = new LinkedHashMap<String, Object>();
        switch (news) {
            case GuestNews.News.Config config -> {
                metadata.put("key", config.key());
                metadata.put("old_value", config.before());
                metadata.put("value", config.after());
            }
            case GuestNews.News.Device device -> {
                metadata.put("action", device.action());
                metadata.put("config", device.options());
                metadata.put("name", device.name());
            }
        }
        event.put("metadata", (Map<String, Object>) metadata);
        byte[] json = Wire.bytes(event);
        return webSocket ? frame(0x1, json) : join(json, new byte[] {'\n'});
    }

    /// A whole message of the server, unmasked: RFC 6455, section 5.2.
    private static byte[] frame(int opcode, byte[] payload) {
        int length = payload.length;
        byte[] head = length < 126
                ? new byte[] {(byte) (0x80 | opcode), (byte) length}
                : length < 1 << 16
                        ? new byte[] {(byte) (0x80 | opcode), 126, (byte) (length >> 8), (byte) length}
                        : new byte[] {
                            (byte) (0x80 | opcode),
                            127,
                            0,
                            0,
                            0,
                            0,
                            (byte) (length >> 24),
                            (byte) (length >> 16),
                            (byte) (length >> 8),
                            (byte) length
                        };
        return join(head, payload);
    }

    private static byte[] join(byte[] first, byte[] second) {
        var all = new byte[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /// Reads what the guest sends, to see when it goes; answers pings.
    private void discard() {
        try {
            while (webSocket ? control() : connection.next(Long.MAX_VALUE / 2 + System.nanoTime()) >= 0) {
                // Nothing that it could say matters.
            }
        } catch (IOException | RuntimeException e) {
            // Gone, or closed by us.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.clear();
            queue.add(OVER);
        }
    }

    /// One frame of the guest; false for the last.
    private boolean control() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Long.MAX_VALUE / 2;
        int first = connection.next(deadline);
        int second = connection.next(deadline);
        if (second < 0 || (second & 0x7F) > MOST_FRAME) {
            return false;
        }
        byte[] mask = connection.exactly((second & 0x80) == 0 ? 0 : 4, deadline);
        byte[] payload = connection.exactly(second & 0x7F, deadline);
        for (int i = 0; i < payload.length && mask.length == 4; i++) {
            payload[i] ^= mask[i & 3];
        }
        int opcode = first & 0xF;
        if (opcode == 0x9) {
            return queue.offer(frame(0xA, payload));
        }
        return opcode != 0x8;
    }
}
