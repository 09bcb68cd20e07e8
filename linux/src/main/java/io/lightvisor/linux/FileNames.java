package io.lightvisor.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Names as the kernel knows them are bytes; ours are text. UTF-8 both ways, and a byte that is not UTF-8
/// becomes the lone surrogate U+DC00 + byte, so that every name found in a directory comes back to the kernel
/// unchanged.
public final class FileNames {
    private FileNames() {}

    public static String decode(byte[] bytes) {
        var plain = new String(bytes, StandardCharsets.UTF_8);
        return plain.indexOf('\uFFFD') < 0 ? plain : decodeDamaged(bytes);
    }

    public static byte[] encode(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                return encodeEscaped(name);
            }
        }
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static String decodeDamaged(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var decoder = StandardCharsets.UTF_8.newDecoder();
        while (true) {
            out.clear();
            var result = decoder.decode(in, out, true);
            text.append(out.flip());
            if (result.isUnderflow()) {
                return text.toString();
            }
            // Malformed: escape the first byte alone, the next ones get their own chance.
            text.append((char) (0xDC00 + (in.get() & 0xFF)));
            decoder.reset();
        }
    }

    private static byte[] encodeEscaped(String name) {
        var out = ByteBuffer.allocate(name.length() * 3);
        int from = 0;
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                out.put(strict(name, from, i)).put((byte) (name.charAt(i) - 0xDC00));
                from = i + 1;
            }
        }
        out.put(strict(name, from, name.length()));
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static ByteBuffer strict(String name, int from, int to) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name, from, to));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not a file name: " + name, e);
        }
    }

    private static boolean isEscape(String name, int i) {
        char c = name.charAt(i);
        return c >= 0xDC80 && c <= 0xDCFF && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)));
    }
}
