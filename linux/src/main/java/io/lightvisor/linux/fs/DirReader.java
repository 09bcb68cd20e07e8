package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// A walk over the entries of one directory: getdents64(2). Names stay bytes, so that trees can be copied
/// without text. It opens the directory anew: the position of the caller's descriptor is not moved, and a
/// `PATH` handle will do.
final class DirReader implements AutoCloseable {
    static final int DT_UNKNOWN = 0;
    static final int DT_FIFO = 1;
    static final int DT_CHR = 2;
    static final int DT_DIR = 4;
    static final int DT_BLK = 6;
    static final int DT_REG = 8;
    static final int DT_LNK = 10;
    static final int DT_SOCK = 12;

    /// "struct linux_dirent64": d_ino 0, d_off 8, d_reclen 16, d_type 18, d_name 19.
    private static final int NAME = 19;

    private static final int WINDOW = 64 * 1024;

    private final Fd fd;
    private final MemorySegment buffer;
    private long filled;
    private long at;
    private long entry;
    private int nameLength;

    private DirReader(Fd fd) {
        this.fd = fd;
        this.buffer = NativeBuffers.borrow();
    }

    static DirReader open(Fd directory) {
        try (var scratch = Scratch.borrow()) {
            int flags = OpenFlag.bits(OpenFlag.READ, OpenFlag.DIRECTORY);
            return new DirReader(Syscalls.fd(
                    Syscalls.syscall(SyscallNumber.openat, Syscalls.number(directory), scratch.text("."), flags, 0),
                    "openat(2)",
                    directory.what()));
        }
    }

    /// Moves to the next entry that is not `.` or `..`; false at the end.
    boolean next() {
        while (true) {
            if (at >= filled) {
                filled = Syscalls.check(
                        Syscalls.syscall(SyscallNumber.getdents64, Syscalls.number(fd), buffer.address(), WINDOW),
                        "getdents64(2)",
                        fd);
                at = 0;
                if (filled == 0) {
                    return false;
                }
            }
            entry = at;
            int length = buffer.get(ValueLayout.JAVA_SHORT, entry + 16) & 0xFFFF;
            at += length;
            nameLength = nameLength(entry + NAME, length - NAME);
            if (!isDots()) {
                return true;
            }
        }
    }

    /// The address of the name with its zero; valid until [#next].
    long nameAddress() {
        return buffer.address() + entry + NAME;
    }

    byte[] name() {
        return buffer.asSlice(entry + NAME, nameLength).toArray(ValueLayout.JAVA_BYTE);
    }

    long inode() {
        return buffer.get(ValueLayout.JAVA_LONG, entry);
    }

    /// One of `DT_*`; `DT_UNKNOWN` if the file system does not tell.
    int kind() {
        return buffer.get(ValueLayout.JAVA_BYTE, entry + 18);
    }

    /// Forgets what kind the directory said it is, because it was found to be another.
    DirReader asUnknown() {
        buffer.set(ValueLayout.JAVA_BYTE, entry + 18, (byte) DT_UNKNOWN);
        return this;
    }

    Optional<FileStat.Type> type() {
        return switch (kind()) {
            case DT_FIFO -> Optional.of(FileStat.Type.FIFO);
            case DT_CHR -> Optional.of(FileStat.Type.CHARACTER_DEVICE);
            case DT_DIR -> Optional.of(FileStat.Type.DIRECTORY);
            case DT_BLK -> Optional.of(FileStat.Type.BLOCK_DEVICE);
            case DT_REG -> Optional.of(FileStat.Type.FILE);
            case DT_LNK -> Optional.of(FileStat.Type.SYMLINK);
            case DT_SOCK -> Optional.of(FileStat.Type.SOCKET);
            default -> Optional.empty();
        };
    }

    @Override
    public void close() {
        NativeBuffers.giveBack(buffer);
        fd.close();
    }

    private boolean isDots() {
        return (nameLength == 1 && byteAt(0) == '.') || (nameLength == 2 && byteAt(0) == '.' && byteAt(1) == '.');
    }

    private byte byteAt(int i) {
        return buffer.get(ValueLayout.JAVA_BYTE, entry + NAME + i);
    }

    private int nameLength(long from, int most) {
        int length = 0;
        while (length < most && buffer.get(ValueLayout.JAVA_BYTE, from + length) != 0) {
            length++;
        }
        return length;
    }
}
