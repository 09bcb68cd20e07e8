package io.lightvisor.image;

import io.lightvisor.linux.FileNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// Writes archives that no honest program would: every field as the test wants it.
final class TestTar {
    static final String METADATA =
            "architecture: x86_64\ncreation_date: 1700000000\nproperties:\n  os: Test\n  release: 12\n";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// An archive that begins as an image does.
    static TestTar image() {
        return new TestTar().file("metadata.yaml", METADATA).folder("rootfs/");
    }

    TestTar folder(String name) {
        return entry(name, '5', 0755, 0, "", new byte[0]);
    }

    TestTar file(String name, String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        return entry(name, '0', 0644, bytes.length, "", bytes);
    }

    TestTar symlink(String name, String target) {
        return entry(name, '2', 0777, 0, target, new byte[0]);
    }

    TestTar hardLink(String name, String target) {
        return entry(name, '1', 0644, 0, target, new byte[0]);
    }

    TestTar device(String name, char type) {
        return entry(name, type, 0666, 0, "", new byte[0]);
    }

    /// A device 0:0.
    TestTar whiteout(String name) {
        device(name, '3');
        byte[] all = out.toByteArray();
        var block = Arrays.copyOfRange(all, all.length - 512, all.length);
        octal(block, 329, 8, 0);
        octal(block, 337, 8, 0);
        checksum(block);
        out.reset();
        out.write(all, 0, all.length - 512);
        out.writeBytes(block);
        return this;
    }

    /// A GNU long name, then whatever is appended next has that name.
    TestTar longName(String name) {
        var bytes = FileNames.encode(name + "\0");
        return entry("././@LongLink", 'L', 0644, bytes.length, "", bytes);
    }

    /// A pax header of these records.
    TestTar pax(String... keysAndValues) {
        var records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            var body = FileNames.encode(" " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n");
            int length = body.length + 1;
            while (Integer.toString(length).length() + body.length != length) {
                length = Integer.toString(length).length() + body.length;
            }
            records.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
            records.writeBytes(body);
        }
        return entry("pax", 'x', 0644, records.size(), "", records.toByteArray());
    }

    /// An old GNU sparse file: `realSize` bytes of which the first block has data.
    TestTar oldSparse(String name, long realSize) {
        var data = new byte[512];
        Arrays.fill(data, (byte) 'd');
        var block = header(name, 'S', 0644, 512, "");
        octal(block, 386, 12, 0);
        octal(block, 398, 12, 512);
        number(block, 483, realSize);
        checksum(block);
        out.writeBytes(block);
        out.writeBytes(data);
        return this;
    }

    TestTar entry(String name, char type, int mode, long size, String link, byte[] data) {
        var block = header(name, type, mode, size, link);
        checksum(block);
        out.writeBytes(block);
        out.writeBytes(data);
        out.writeBytes(new byte[(int) ((512 - data.length % 512) % 512)]);
        return this;
    }

    private static byte[] header(String name, char type, int mode, long size, String link) {
        var block = new byte[512];
        put(block, 0, 100, FileNames.encode(name));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        if (size < 1L << 33) {
            octal(block, 124, 12, size);
        } else {
            number(block, 124, size);
        }
        octal(block, 136, 12, 1_600_000_000L);
        block[156] = (byte) type;
        put(block, 157, 100, FileNames.encode(link));
        put(block, 257, 8, "ustar  ".getBytes(StandardCharsets.US_ASCII));
        octal(block, 329, 8, 1);
        octal(block, 337, 8, 3);
        return block;
    }

    private static void put(byte[] block, int at, int room, byte[] bytes) {
        System.arraycopy(bytes, 0, block, at, Math.min(room, bytes.length));
    }

    private static void octal(byte[] block, int at, int length, long value) {
        put(block, at, length, String.format("%0" + (length - 1) + "o", value).getBytes(StandardCharsets.US_ASCII));
    }

    /// GNU's base 256.
    private static void number(byte[] block, int at, long value) {
        block[at] = (byte) 0x80;
        for (int i = 11; i > 3; i--) {
            block[at + i] = (byte) value;
            value >>>= 8;
        }
    }

    private static void checksum(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        block[154] = 0;
        block[155] = ' ';
    }

    /// The archive with its end.
    byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[1024]);
        return whole.toByteArray();
    }

    /// The archive without its end.
    byte[] endless() {
        return out.toByteArray();
    }

    static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
