package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Writes the header of one entry in the POSIX format: what does not fit into the old fields goes before it, as
/// extended records that every reader since 2001 knows.
final class PaxHeader {
    private static final int NAME = 100;
    private static final long MAX_OCTAL_7 = 07777777L;
    private static final long MAX_OCTAL_11 = 077777777777L;

    private final ByteArrayOutputStream extended = new ByteArrayOutputStream();
    private final byte[] block = new byte[Header.SIZE];

    /// A record beside those that are needed anyway; call before [#write].
    void extend(String key, byte[] value) {
        byte[] name = FileNames.encode(key);
        int fixed = name.length + value.length + 3; // blank, equals sign, newline
        int length = fixed + digits(fixed);
        length = fixed + digits(length);
        extended.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
        extended.writeBytes(name);
        extended.write('=');
        extended.writeBytes(value);
        extended.write('\n');
    }

    private void extend(String key, long value) {
        extend(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    private static int digits(int number) {
        int count = 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            count++;
        }
        return count;
    }

    /// @param size of the data that follows in the archive
    void write(
            TarOut out,
            byte[] name,
            char type,
            int mode,
            long uid,
            long gid,
            long size,
            long modified,
            byte[] link,
            int major,
            int minor)
            throws IOException {
        if (name.length > NAME) {
            extend("path", name);
        }
        if (link.length > NAME) {
            extend("linkpath", link);
        }
        if (uid > MAX_OCTAL_7) {
            extend("uid", uid);
        }
        if (gid > MAX_OCTAL_7) {
            extend("gid", gid);
        }
        if (size > MAX_OCTAL_11) {
            extend("size", size);
        }
        if (modified < 0 || modified > MAX_OCTAL_11) {
            extend("mtime", modified);
        }
        if (extended.size() > 0) {
            byte[] records = extended.toByteArray();
            extended.reset();
            block("././@PaxHeader".getBytes(StandardCharsets.US_ASCII), 'x', 0644, 0, 0, records.length, 0);
            checksum();
            out.put(block);
            out.put(records);
            out.pad(records.length);
        }
        block(name, type, mode, fit(uid, MAX_OCTAL_7), fit(gid, MAX_OCTAL_7), fit(size, MAX_OCTAL_11), modified);
        System.arraycopy(link, 0, block, 157, Math.min(link.length, NAME));
        if (type == '3' || type == '4') {
            octal(329, 8, major);
            octal(337, 8, minor);
        }
        checksum();
        out.put(block);
    }

    private static long fit(long value, long max) {
        return value > max ? 0 : value;
    }

    private void block(byte[] name, char type, int mode, long uid, long gid, long size, long modified) {
        java.util.Arrays.fill(block, (byte) 0);
        System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME));
        octal(100, 8, mode);
        octal(108, 8, uid);
        octal(116, 8, gid);
        octal(124, 12, size);
        octal(136, 12, Math.max(0, fit(modified, MAX_OCTAL_11)));
        block[156] = (byte) type;
        block[257] = 'u';
        block[258] = 's';
        block[259] = 't';
        block[260] = 'a';
        block[261] = 'r';
        block[263] = '0';
        block[264] = '0';
    }

    /// Digits and a NUL.
    private void octal(int at, int length, long value) {
        long rest = value;
        for (int i = at + length - 2; i >= at; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>= 3;
        }
    }

    private void checksum() {
        java.util.Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        int rest = sum;
        for (int i = 153; i >= 148; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>= 3;
        }
        block[154] = 0;
        block[155] = ' ';
    }
}
