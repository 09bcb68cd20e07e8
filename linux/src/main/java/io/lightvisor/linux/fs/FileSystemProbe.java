package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Tells by its magic number which file system a block device holds. Source: the super blocks in
/// include/uapi/linux/magic.h and those file systems' documentation.
public final class FileSystemProbe {
    private FileSystemProbe() {}

    /// Bytes that a file system has at a place of its own.
    private record Mark(String type, long offset, byte[] bytes) {}

    private static final List<Mark> MARKS = List.of(
            new Mark("xfs", 0, ascii("XFSB")),
            new Mark("squashfs", 0, ascii("hsqs")),
            new Mark("btrfs", 0x10040, ascii("_BHRfS_M")),
            new Mark("erofs", 1024, new byte[] {(byte) 0xe2, (byte) 0xe1, (byte) 0xf5, (byte) 0xe0}),
            new Mark("f2fs", 1024, new byte[] {0x10, 0x20, (byte) 0xf5, (byte) 0xf2}),
            new Mark("ext4", 1080, new byte[] {0x53, (byte) 0xef}),
            new Mark("iso9660", 0x8001, ascii("CD001")),
            new Mark("ntfs3", 3, ascii("NTFS    ")),
            new Mark("exfat", 3, ascii("EXFAT   ")),
            new Mark("vfat", 82, ascii("FAT32   ")),
            new Mark("vfat", 54, ascii("FAT16   ")),
            new Mark("vfat", 54, ascii("FAT12   ")));

    /// The name of the file system for mount(2): `ext4` (also for its elders), `xfs`, `vfat`, ...; empty if it is none
    /// of those known here.
    ///
    /// @param device open for reading
    /// @throws SyscallException if it cannot be read
    public static Optional<String> type(Fd device) {
        for (var mark : MARKS) {
            if (has(device, mark)) {
                return Optional.of(mark.type());
            }
        }
        return Optional.empty();
    }

    private static boolean has(Fd device, Mark mark) {
        var found = ByteBuffer.allocate(mark.bytes().length);
        return device.pread(found, mark.offset()) == mark.bytes().length
                && found.flip().equals(ByteBuffer.wrap(mark.bytes()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
