package io.lightvisor.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class FileNamesTest {
    @Test
    void decode_thenEncode_anyBytes() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertArrayEquals(bytes, FileNames.encode(FileNames.decode(bytes)));
        }
    }

    @Test
    void decode_plainText() {
        for (var text : new String[] {"", "plain", "größe", "日本", "😀", "\uFFFD"}) {
            assertEquals(text, FileNames.decode(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertArrayEquals(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), FileNames.encode(text));
        }
    }
}
