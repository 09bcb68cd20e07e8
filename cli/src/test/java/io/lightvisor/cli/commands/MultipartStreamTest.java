package io.lightvisor.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MultipartStreamTest {
    private static final String BODY =
            "--b\r\nContent-Disposition: form-data; name=\"metadata\"; filename=\"meta-x.tar.xz\"\r\n\r\n"
                    + "one\r\n-\r\n--\r\n--x\r\n--b\r\nContent-Disposition: form-data; name=\"rootfs\"; filename=\"x.squashfs\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\n" + "z".repeat(300_000) + "\r\n--b--\r\n";

    /// A stream that gives as few bytes at once as it likes.
    private static MultipartStream stream(String body, int most) {
        InputStream all = new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII));
        return new MultipartStream(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        return all.read();
                    }

                    @Override
                    public int read(byte[] into, int from, int length) throws IOException {
                        return all.read(into, from, Math.min(length, most));
                    }
                },
                "b");
    }

    @Test
    void next_partsInAnyPieces() throws IOException {
        for (int most : new int[] {1, 2, 5, 7, 1 << 20}) {
            MultipartStream parts = stream(BODY, most);
            assertTrue(parts.next());
            assertTrue(parts.disposition().contains("filename=\"meta-x.tar.xz\""));
            assertEquals("one\r\n-\r\n--\r\n--x", new String(parts.readAllBytes(), StandardCharsets.US_ASCII));
            assertTrue(parts.next());
            assertEquals("z".repeat(300_000), new String(parts.readAllBytes(), StandardCharsets.US_ASCII));
            assertFalse(parts.next());
        }
    }

    @Test
    void next_aPartThatWasNotRead_isPassedOver() throws IOException {
        MultipartStream parts = stream(BODY, 100);
        assertTrue(parts.next());
        assertTrue(parts.next());
        assertTrue(parts.disposition().contains("rootfs"));
    }

    @Test
    void read_cutShort_fails() throws IOException {
        MultipartStream parts = stream(BODY.substring(0, 400), 100);
        assertTrue(parts.next());
        parts.readAllBytes();
        assertTrue(parts.next());
        assertThrows(IOException.class, parts::readAllBytes);
    }
}
