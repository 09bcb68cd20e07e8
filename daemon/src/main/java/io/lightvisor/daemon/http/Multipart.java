package io.lightvisor.daemon.http;

import io.lightvisor.model.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1) as a stream: one part after the other, none
/// kept.
/// Headers of a part are bounded; its content is not.
public final class Multipart {
    private static final int MAX_HEADERS = 16 << 10;
    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final byte[] delimiter; // CR LF -- boundary
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private boolean first = true;
    private boolean last;
    private @Nullable Part open;

    /// A part: its name in the form, the file name it carries (empty if none), and its content, to be read before the
    /// next part is asked for.
    public record Part(String name, String filename, InputStream content) {}

    /// @param contentType with its boundary
    public Multipart(InputStream in, String contentType) {
        this.in = in;
        String boundary = parameter(contentType, "boundary");
        if (boundary.isEmpty() || boundary.length() > 200) {
            throw Problem.badRequest("multipart body without a boundary").exception();
        }
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Whether a content type is one.
    public static boolean isMultipart(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /// The next part, or null after the last. Throws a bad request if the body is cut short.
    public @Nullable Part next() throws IOException {
        Part before = open;
        if (before != null) {
            // What was left of the part before.
            before.content().transferTo(OutputStream.nullOutputStream());
        }
        if (first) {
            first = false;
            skipPreamble();
        }
        if (last) {
            return null;
        }
        return open = headers();
    }

    /// The first delimiter may stand at the very start, without CR LF before it.
    private void skipPreamble() throws IOException {
        need(delimiter.length + 2);
        int bare = delimiter.length - 2;
        if (end - at >= bare && matches(at, 2)) {
            at += bare;
            afterDelimiter();
            return;
        }
        // Nobody reads a preamble.
        new Content().transferTo(OutputStream.nullOutputStream());
    }

    private boolean matches(int from, int offset) {
        for (int i = offset; i < delimiter.length; i++) {
            if (buffer[from + i - offset] != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    private void afterDelimiter() throws IOException {
        need(2);
        if (end - at < 2) {
            throw cut();
        }
        if (buffer[at] == '-' && buffer[at + 1] == '-') {
            last = true;
        } else {
            skipLine();
        }
    }

    /// Blanks may stand before the line's end.
    private void skipLine() throws IOException {
        int c = byteAt();
        while (c != '\n') {
            c = byteAt();
        }
    }

    private int byteAt() throws IOException {
        need(1);
        if (at == end) {
            throw cut();
        }
        return buffer[at++];
    }

    private Part headers() throws IOException {
        String name = "";
        String filename = "";
        int total = 0;
        while (true) {
            var line = new StringBuilder();
            for (int c = byteAt(); c != '\n'; c = byteAt()) {
                if (++total > MAX_HEADERS) {
                    throw Problem.badRequest("multipart body with headers that do not end")
                            .exception();
                }
                if (c != '\r') {
                    line.append((char) (c & 0xff));
                }
            }
            if (line.isEmpty()) {
                return new Part(name, filename, new Content());
            }
            String text = line.toString();
            if (text.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
                name = parameter(text, "name");
                filename = parameter(text, "filename");
            }
        }
    }

    /// `name="value"` or `name=value` among the parameters of a header.
    private static String parameter(String header, String name) {
        int from = 0;
        String lower = header.toLowerCase(Locale.ROOT);
        while (true) {
            int found = lower.indexOf(name + "=", from);
            if (found < 0) {
                return "";
            }
            char before = found == 0 ? ';' : header.charAt(found - 1);
            if (before == ';' || before == ' ' || before == '\t') {
                return value(header, found + name.length() + 1);
            }
            from = found + 1;
        }
    }

    private static String value(String header, int from) {
        if (from < header.length() && header.charAt(from) == '"') {
            var value = new StringBuilder();
            for (int i = from + 1; i < header.length() && header.charAt(i) != '"'; i++) {
                if (header.charAt(i) == '\\' && i + 1 < header.length()) {
                    i++;
                }
                value.append(header.charAt(i));
            }
            return value.toString();
        }
        int to = header.indexOf(';', from);
        return header.substring(from, to < 0 ? header.length() : to).strip();
    }

    private static RuntimeException cut() {
        return Problem.badRequest("the multipart body is cut short").exception();
    }

    /// Sees to it that `count` bytes can be looked at, if the body has as many left.
    private void need(int count) throws IOException {
        if (end - at >= count) {
            return;
        }
        if (buffer.length - at < Math.max(count, buffer.length / 2)) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
        }
        while (end - at < count) {
            int n = in.read(buffer, end, buffer.length - end);
            if (n < 0) {
                return;
            }
            end += n;
        }
    }

    /// Content up to the next delimiter.
    private final class Content extends InputStream {
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (over) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            need(delimiter.length);
            if (end - at < delimiter.length) {
                throw new EOFException("the multipart body is cut short");
            }
            int safe = untilDelimiter();
            if (safe == 0) {
                at += delimiter.length;
                over = true;
                afterDelimiter();
                return -1;
            }
            int n = Math.min(safe, length);
            System.arraycopy(buffer, at, into, offset, n);
            at += n;
            return n;
        }

        /// How many bytes from here are surely content.
        private int untilDelimiter() {
            int stop = end - delimiter.length;
            for (int i = at; i <= stop; i++) {
                if (buffer[i] == '\r' && matches(i, 0)) {
                    return i - at;
                }
            }
            return stop + 1 - at;
        }
    }
}
