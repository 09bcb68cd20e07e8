package io.lightvisor.linux.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Sha256Test {
    @Test
    void digest_ofNothing() {
        try (var hash = new Sha256()) {
            assertEquals(
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    HexFormat.of().formatHex(hash.digest()));
        }
    }

    @Test
    void digest_ofPieces_isThatOfJava() throws Exception {
        var bytes = new byte[1_000_003];
        new Random(1).nextBytes(bytes);
        try (var hash = new Sha256()) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + at % 70_000);
                hash.update(bytes, at, length);
                at += length;
            }
            assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(bytes), hash.digest());
        }
    }

    @Test
    void update_beyondTheArray() {
        try (var hash = new Sha256()) {
            assertThrows(IndexOutOfBoundsException.class, () -> hash.update(new byte[10], 5, 6));
        }
    }
}
