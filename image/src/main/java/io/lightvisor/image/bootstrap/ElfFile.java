package io.lightvisor.image.bootstrap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The little that must be known of a program: whether it starts alone. Format: elf(5).
final class ElfFile {
    private static final int PT_INTERP = 3;

    private ElfFile() {}

    /// Whether the program asks for a loader of libraries (or is no 64-bit ELF program at all, of which nothing is
    /// known).
    static boolean isDynamic(byte[] program) {
        if (program.length < 64
                || program[0] != 0x7f
                || program[1] != 'E'
                || program[2] != 'L'
                || program[3] != 'F'
                || program[4] != 2) {
            return true;
        }
        var elf = ByteBuffer.wrap(program).order(program[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long table = elf.getLong(32);
        int size = elf.getShort(54) & 0xffff;
        int count = elf.getShort(56) & 0xffff;
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * size;
            if (at < 0 || at + 4 > program.length) {
                return true;
            }
            if (elf.getInt((int) at) == PT_INTERP) {
                return true;
            }
        }
        return false;
    }
}
