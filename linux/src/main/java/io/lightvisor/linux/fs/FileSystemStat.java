package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;

/// What a file system is and how full: fstatfs(2).
///
/// @param magic the kernel's number for its kind, for example 0xEF53
/// @param total bytes in all
/// @param free bytes free to root
/// @param available bytes free to everyone
public record FileSystemStat(long magic, long total, long free, long available, long inodes, long freeInodes) {
    private static final int STATFS_SIZE = 120;

    /// Of the file system that the open file is on. A `PATH` handle will do.
    public static FileSystemStat of(Fd fd) {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(STATFS_SIZE);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.fstatfs, Syscalls.number(fd), room.address()), "fstatfs(2)", fd);
            // "struct statfs, include/uapi/asm-generic/statfs.h", the 64-bit one.
            long block = room.get(ValueLayout.JAVA_LONG, 72);
            if (block == 0) {
                block = room.get(ValueLayout.JAVA_LONG, 8);
            }
            return new FileSystemStat(
                    room.get(ValueLayout.JAVA_LONG, 0) & 0xFFFFFFFFL,
                    room.get(ValueLayout.JAVA_LONG, 16) * block,
                    room.get(ValueLayout.JAVA_LONG, 24) * block,
                    room.get(ValueLayout.JAVA_LONG, 32) * block,
                    room.get(ValueLayout.JAVA_LONG, 40),
                    room.get(ValueLayout.JAVA_LONG, 48));
        }
    }

    /// The name people know: `ext4`, `btrfs`, `xfs`, `zfs`, `tmpfs`, `overlay`, ...; `0x...` for others.
    public String type() {
        return switch ((int) magic) {
            case 0xEF53 -> "ext4";
            case 0x9123683E -> "btrfs";
            case 0x58465342 -> "xfs";
            case 0x2FC12FC1 -> "zfs";
            case 0x01021994 -> "tmpfs";
            case 0x794C7630 -> "overlay";
            case 0x6969 -> "nfs";
            case 0x65735546 -> "fuse";
            case 0x73717368 -> "squashfs";
            case 0xE0F5E1E2 -> "erofs";
            case 0xF2F52010 -> "f2fs";
            case 0xCA451A4E -> "bcachefs";
            case 0x858458F6 -> "ramfs";
            case 0x27E0EB -> "cgroup";
            case 0x63677270 -> "cgroup2";
            case 0x9FA0 -> "proc";
            case 0x62656572 -> "sysfs";
            case 0x6E736673 -> "nsfs";
            default -> "0x" + Long.toHexString(magic);
        };
    }
}
