package io.lightvisor.daemon.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request of a guest: RFC 9112, as much of it as clients of `/dev/lxd/sock` use. What is longer, or
/// otherwise, is refused before it is kept.
///
/// @param path    as it came, without the query
/// @param headers by lower-case name
record GuestRequest(
        String method, String path, String query, Map<String, String> headers, byte[] body, boolean keepAlive) {
    /// Request line and headers together.
    static final int MOST_HEAD = 16 << 10;

    static final int MOST_BODY = 64 << 10;

    /// A request that is none; the connection ends with this answer.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String why) {
            super(why);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /// Reads the next request; empty if the guest closes instead of asking.
    ///
    /// @param idle     by System.nanoTime(), until when the first byte must come
    /// @param duration in nanoseconds, that the rest may take from there
    static Optional<GuestRequest> read(GuestConnection from, long idle, long duration)
            throws IOException, InterruptedException {
        int first = from.next(idle);
        if (first < 0) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + duration;
        var head = new Head(from, deadline, first);
        String line = head.line();
        if (line.isEmpty()) {
            line = head.line();
        }
        int space = line.indexOf(' ');
        int second = line.indexOf(' ', space + 1);
        if (space <= 0 || second < 0 || line.indexOf(' ', second + 1) >= 0 || !line.startsWith("HTTP/1.", second + 1)) {
            throw new Refused(400, "400 Bad Request: malformed HTTP request");
        }
        var headers = headers(head);
        String target = line.substring(space + 1, second);
        int question = target.indexOf('?');
        boolean newer = !line.endsWith("/1.0");
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        return Optional.of(new GuestRequest(
                line.substring(0, space),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers,
                body(from, headers, deadline),
                newer ? !connection.contains("close") : connection.contains("keep-alive")));
    }

    private static Map<String, String> headers(Head head) throws IOException, InterruptedException {
        var headers = new HashMap<String, String>();
        for (String line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                throw new Refused(400, "400 Bad Request: malformed header");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (headers.put(name, line.substring(colon + 1).strip()) != null && name.equals("content-length")) {
                throw new Refused(400, "400 Bad Request: two lengths");
            }
        }
        return headers;
    }

    private static byte[] body(GuestConnection from, Map<String, String> headers, long deadline)
            throws IOException, InterruptedException {
        if (headers.containsKey("transfer-encoding")) {
            return chunks(from, deadline);
        }
        String length = headers.getOrDefault("content-length", "0");
        int bytes = number(length, 10);
        return from.exactly(bytes, deadline);
    }

    private static byte[] chunks(GuestConnection from, long deadline) throws IOException, InterruptedException {
        var all = new java.io.ByteArrayOutputStream();
        var head = new Head(from, deadline, -1);
        while (true) {
            String line = head.line();
            int semicolon = line.indexOf(';');
            int length = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            if (length == 0) {
                while (!head.line().isEmpty()) {
                    // Trailers mean nothing here.
                }
                return all.toByteArray();
            }
            if (all.size() + length > MOST_BODY) {
                throw new Refused(413, "413 Request Entity Too Large");
            }
            all.write(from.exactly(length, deadline));
            if (!head.line().isEmpty()) {
                throw new Refused(400, "400 Bad Request: malformed chunk");
            }
        }
    }

    private static int number(String text, int radix) throws Refused {
        for (int i = 0; i < text.length(); i++) {
            if (Character.digit(text.charAt(i), radix) < 0) {
                throw new Refused(400, "400 Bad Request: bad length");
            }
        }
        if (text.isEmpty()) {
            throw new Refused(400, "400 Bad Request: bad length");
        }
        if (text.length() > 7 || Integer.parseInt(text, radix) > MOST_BODY) {
            throw new Refused(413, "413 Request Entity Too Large");
        }
        return Integer.parseInt(text, radix);
    }

    /// Lines, no more of them than fit.
    private static final class Head {
        private final GuestConnection from;
        private final long deadline;
        private int first;
        private int left = MOST_HEAD;

        Head(GuestConnection from, long deadline, int first) {
            this.from = from;
            this.deadline = deadline;
            this.first = first;
        }

        String line() throws IOException, InterruptedException {
            var text = new java.io.ByteArrayOutputStream(64);
            while (true) {
                int b = first >= 0 ? first : from.next(deadline);
                first = -1;
                if (b < 0) {
                    throw new Refused(400, "400 Bad Request: cut short");
                }
                if (--left < 0) {
                    throw new Refused(431, "431 Request Header Fields Too Large");
                }
                if (b == '\n') {
                    String line = text.toString(StandardCharsets.ISO_8859_1);
                    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                }
                if (b == 0) {
                    throw new Refused(400, "400 Bad Request: malformed HTTP request");
                }
                text.write(b);
            }
        }
    }
}
