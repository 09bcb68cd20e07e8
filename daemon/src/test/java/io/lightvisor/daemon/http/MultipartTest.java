package io.lightvisor.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lightvisor.model.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=\"b:1\"";
    private static final String TWO =
            "--b:1\r\nContent-Disposition: form-data; name=\"metadata\"; filename=\"m.tar\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\nAB\r\n--b:\r\nC\r\n--b:1\r\n"
                    + "content-disposition: form-data; name=rootfs; filename=r.squashfs\r\n\r\n\r\n--b:1--\r\nepilogue";

    /// Hands out a body in pieces of a size, as a network does.
    private static InputStream pieces(byte[] body, int size) {
        return new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, size));
            }
        };
    }

    private static List<String> read(InputStream in) throws IOException {
        var multipart = new Multipart(in, TYPE);
        var found = new ArrayList<String>();
        for (var part = multipart.next(); part != null; part = multipart.next()) {
            found.add(part.name() + "/" + part.filename() + "="
                    + new String(part.content().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
    void next_inPiecesOfAnySize(int size) throws IOException {
        var body = TWO.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(List.of("metadata/m.tar=AB\r\n--b:\r\nC", "rootfs/r.squashfs="), read(pieces(body, size)));
    }

    @Test
    void next_afterAPreamble() throws IOException {
        var body = ("preamble\r\n" + TWO).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(2, read(pieces(body, 5)).size());
    }

    @Test
    void next_skipsWhatWasNotRead() throws IOException {
        byte[] big = new byte[1_000_000];
        java.util.Arrays.fill(big, (byte) '\r');
        String head = "--b:1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        var body = new java.io.ByteArrayOutputStream();
        body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(big);
        body.writeBytes(("\r\n" + head + "end\r\n--b:1--").getBytes(StandardCharsets.US_ASCII));
        var multipart = new Multipart(pieces(body.toByteArray(), 4096), TYPE);
        assertNotNull(multipart.next());
        var second = multipart.next();
        assertNotNull(second);
        assertEquals("end", new String(second.content().readAllBytes(), StandardCharsets.US_ASCII));
        assertNull(multipart.next());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 20, 60, 130, 150, 170})
    void next_cutShort(int length) {
        var body = TWO.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
        var failure = assertThrows(Exception.class, () -> read(pieces(body, 16)));
        assertEquals("the multipart body is cut short", failure.getMessage());
        assertEquals(true, failure instanceof EOFException || failure instanceof ProblemException);
    }

    @Test
    void new_withoutBoundary() {
        assertThrows(ProblemException.class, () -> new Multipart(InputStream.nullInputStream(), "multipart/form-data"));
    }

    @Test
    void next_headersWithoutEnd() {
        var body = ("--b:1\r\nX: " + "x".repeat(100_000)).getBytes(StandardCharsets.US_ASCII);
        assertThrows(ProblemException.class, () -> read(pieces(body, 8192)));
    }
}
