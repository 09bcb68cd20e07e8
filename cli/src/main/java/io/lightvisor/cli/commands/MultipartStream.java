package io.lightvisor.cli.commands;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads the parts of a multipart body (RFC 2046) one after another, as streams.
final class MultipartStream extends InputStream {
    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[128 * 1024];
    private int from;
    private int to;
    private boolean atEnd;
    private boolean partDone = true;
    private boolean first = true;
    private String disposition = "";

    MultipartStream(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    /// Goes to the next part. Answers false after the last.
    boolean next() throws IOException {
        while (!partDone) {
            if (read(new byte[4096], 0, 4096) < 0) {
                break;
            }
        }
        if (first) {
            first = false;
            String line = line();
            while (!line.equals(new String(delimiter, 2, delimiter.length - 2, StandardCharsets.US_ASCII))) {
                line = line();
            }
        } else {
            String rest = line();
            if (rest.startsWith("--")) {
                return false;
            }
        }
        disposition = "";
        String line;
        while (!(line = line()).isEmpty()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
                disposition = line.substring(20).trim();
            }
        }
        partDone = false;
        return true;
    }

    /// The `Content-Disposition` of this part.
    String disposition() {
        return disposition;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// Reads of this part; what could be the beginning of the delimiter is held back until that is known.
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (partDone) {
            return -1;
        }
        while (true) {
            int at = find();
            if (at == from) {
                from += delimiter.length;
                partDone = true;
                return -1;
            }
            int safe = at > 0 ? at : to - delimiter.length + 1;
            if (safe > from) {
                int n = Math.min(length, safe - from);
                System.arraycopy(buffer, from, into, offset, n);
                from += n;
                return n;
            }
            if (!fill()) {
                throw new IOException("the answer ends in the middle of a part");
            }
        }
    }

    private int find() {
        for (int i = from; i + delimiter.length <= to; i++) {
            int j = 0;
            while (j < delimiter.length && buffer[i + j] == delimiter[j]) {
                j++;
            }
            if (j == delimiter.length) {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        if (atEnd) {
            return false;
        }
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int n = in.read(buffer, to, buffer.length - to);
        if (n <= 0) {
            atEnd = true;
            return false;
        }
        to += n;
        return true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (from == to && !fill()) {
                throw new IOException("the answer ends within the head of a part");
            }
            char c = (char) (buffer[from++] & 0xff);
            if (c == '\n') {
                int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            line.append(c);
            if (line.length() > 8192) {
                throw new IOException("the head of a part is too long");
            }
        }
    }
}
