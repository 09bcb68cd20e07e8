package io.lightvisor.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/// What statx(2) knows about a file; the numbers are those of the host's user namespace and of the mount it was
/// reached by.
///
/// @param mode type and permission bits, for example 0100644
/// @param device the file system's device number, `major << 32 | minor`; names a file together with `inode`
/// @param rdev what a device node stands for, `major << 32 | minor`; 0 for other files
/// @param blocks 512-byte blocks in use
/// @param mountId which mount it was reached by
public record FileStat(
        int mode,
        int uid,
        int gid,
        long size,
        int links,
        long inode,
        long device,
        long rdev,
        long blocks,
        Instant accessed,
        Instant modified,
        Instant changed,
        long mountId) {
    private static final int S_IFMT = 0170000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int STATX_SIZE = 256;

    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO,
        SOCKET
    }

    public Type type() {
        return switch (mode & S_IFMT) {
            case 0100000 -> Type.FILE;
            case 0040000 -> Type.DIRECTORY;
            case 0120000 -> Type.SYMLINK;
            case 0020000 -> Type.CHARACTER_DEVICE;
            case 0060000 -> Type.BLOCK_DEVICE;
            case 0010000 -> Type.FIFO;
            default -> Type.SOCKET;
        };
    }

    public boolean isDirectory() {
        return (mode & S_IFMT) == 0040000;
    }

    public boolean isFile() {
        return (mode & S_IFMT) == 0100000;
    }

    public boolean isSymlink() {
        return (mode & S_IFMT) == 0120000;
    }

    /// The low twelve bits of the mode: 0755, with 04000, 02000 and 01000.
    public int permissions() {
        return mode & 07777;
    }

    public int rdevMajor() {
        return (int) (rdev >>> 32);
    }

    public int rdevMinor() {
        return (int) rdev;
    }

    static FileStat of(Fd fd) {
        int number = fd.acquire();
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(STATX_SIZE);
            Syscalls.check(raw(number, scratch.text(""), true, room), "statx(2)", fd);
            return parse(room);
        } finally {
            fd.release();
        }
    }

    /// For `linux.fs`: a name below a directory, links not followed.
    public static FileStat at(Fd directory, String name) {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(STATX_SIZE);
            Syscalls.check(raw(directory.number(), scratch.text(name), false, room), "statx(2)", name);
            return parse(room);
        }
    }

    private static long raw(int directory, long name, boolean self, MemorySegment room) {
        return Syscalls.syscall(
                SyscallNumber.statx,
                directory,
                name,
                AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW | (self ? AT_EMPTY_PATH : 0),
                STATX_BASIC_STATS | STATX_MNT_ID,
                room.address());
    }

    /// "struct statx, include/uapi/linux/stat.h"; the same on every architecture.
    private static FileStat parse(MemorySegment statx) {
        return new FileStat(
                statx.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
                statx.get(ValueLayout.JAVA_INT, 20),
                statx.get(ValueLayout.JAVA_INT, 24),
                statx.get(ValueLayout.JAVA_LONG, 40),
                statx.get(ValueLayout.JAVA_INT, 16),
                statx.get(ValueLayout.JAVA_LONG, 32),
                pair(statx, 136),
                pair(statx, 128),
                statx.get(ValueLayout.JAVA_LONG, 48),
                time(statx, 64),
                time(statx, 112),
                time(statx, 96),
                statx.get(ValueLayout.JAVA_LONG, 144));
    }

    private static long pair(MemorySegment statx, long at) {
        return ((long) statx.get(ValueLayout.JAVA_INT, at) << 32)
                | (statx.get(ValueLayout.JAVA_INT, at + 4) & 0xFFFFFFFFL);
    }

    private static Instant time(MemorySegment statx, long at) {
        return Instant.ofEpochSecond(statx.get(ValueLayout.JAVA_LONG, at), statx.get(ValueLayout.JAVA_INT, at + 8));
    }
}
