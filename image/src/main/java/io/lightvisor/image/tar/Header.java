package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import java.util.Arrays;

/// The 512 bytes before each entry: "struct posix_header" and GNU's variant of it.
final class Header {
    static final int SIZE = 512;

    private final byte[] block;

    /// @throws BadArchive if the checksum does not fit
    Header(byte[] block) throws BadArchive {
        this.block = block;
        checkSum();
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void checkSum() throws BadArchive {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < SIZE; i++) {
            int value = i >= 148 && i < 156 ? ' ' : block[i];
            signed += value;
            unsigned += value & 0xff;
        }
        long told = number(148, 8, "checksum");
        if (told != unsigned && told != signed) {
            throw new BadArchive("not a tar archive, or damaged: the checksum of a header does not fit");
        }
    }

    char typeFlag() {
        return (char) (block[156] & 0xff);
    }

    int mode() throws BadArchive {
        return (int) (number(100, 8, "mode") & 07777);
    }

    long uid() throws BadArchive {
        return number(108, 8, "owner");
    }

    long gid() throws BadArchive {
        return number(116, 8, "group");
    }

    long size() throws BadArchive {
        long size = number(124, 12, "size");
        if (size < 0) {
            throw new BadArchive("damaged tar archive: a size is negative");
        }
        return size;
    }

    long modified() throws BadArchive {
        return number(136, 12, "time");
    }

    int deviceMajor() throws BadArchive {
        return (int) number(329, 8, "device number");
    }

    int deviceMinor() throws BadArchive {
        return (int) number(337, 8, "device number");
    }

    String linkName() {
        return text(157, 100);
    }

    /// The name, with the prefix that POSIX headers can have.
    String name() {
        var name = text(0, 100);
        if (isPosix() && block[345] != 0) {
            return text(345, 155) + "/" + name;
        }
        return name;
    }

    /// POSIX writes "ustar\0", GNU "ustar " (with its own fields where POSIX has the prefix).
    private boolean isPosix() {
        return block[257] == 'u'
                && block[258] == 's'
                && block[259] == 't'
                && block[260] == 'a'
                && block[261] == 'r'
                && block[262] == 0;
    }

    /// Of an old GNU sparse file: its size once unpacked.
    long realSize() throws BadArchive {
        return number(483, 12, "size");
    }

    /// Whether a block with more of an old GNU sparse map follows.
    boolean moreSparse() {
        return block[482] != 0;
    }

    /// A number field anywhere in the block: octal text, or GNU's base 256 where the first bit is set.
    long number(int at, int length, String what) throws BadArchive {
        return number(block, at, length, what);
    }

    static long number(byte[] block, int at, int length, String what) throws BadArchive {
        if ((block[at] & 0x80) != 0) {
            long value = (block[at] & 0x40) != 0 ? -1 : 0;
            for (int i = 0; i < length; i++) {
                int next = i == 0 && value == 0 ? block[at] & 0x7f : block[at + i] & 0xff;
                if (i < length - 8 && next != (value < 0 ? 0xff : 0)) {
                    throw new BadArchive("damaged tar archive: a " + what + " does not fit into 64 bits");
                }
                value = value << 8 | next;
            }
            return value;
        }
        long value = 0;
        int i = at;
        int end = at + length;
        while (i < end && block[i] == ' ') {
            i++;
        }
        for (; i < end && block[i] != 0 && block[i] != ' '; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7) {
                throw new BadArchive("not a tar archive, or damaged: a " + what + " is no octal number");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private String text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return FileNames.decode(Arrays.copyOfRange(block, at, end));
    }
}
