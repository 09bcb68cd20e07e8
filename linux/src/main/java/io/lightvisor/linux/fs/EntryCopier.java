package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies single entries, with raw calls and memory of its own: a tree has tens of thousands of them. One per
/// thread.
final class EntryCopier implements AutoCloseable {
    /// The answer for an entry that turned out to be a directory.
    static final long IS_DIRECTORY = -1;

    private static final int SMALL = NativeBuffers.SIZE;
    private static final long RANGE = 1L << 30;
    private static final int FICLONE = 0x40049409;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int SECTOR = 512;
    private static final int PATH_MAX = 4096;
    private static final int LIST_MAX = 65536;

    private static final int ENOENT = 2;
    private static final int ENXIO = 6;
    private static final int EXDEV = 18;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;
    private static final int ENAMETOOLONG = 36;
    private static final int ENOSYS = 38;
    private static final int ELOOP = 40;
    private static final int ENODATA = 61;
    private static final int EOPNOTSUPP = 95;

    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFLNK = 0120000;

    private static final int READ_FLAGS =
            OpenFlag.bits(OpenFlag.READ, OpenFlag.NO_FOLLOW, OpenFlag.NON_BLOCKING, OpenFlag.NO_ACCESS_TIME);
    private static final int WRITE_FLAGS =
            OpenFlag.bits(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.NO_FOLLOW);

    private final CopyRules rules;
    private final MemorySegment buffer = NativeBuffers.borrow();
    // One arena for the small things; addresses are kept as they never move.
    private final MemorySegment stat;
    private final MemorySegment times;
    private final MemorySegment link;
    private final MemorySegment list;
    private final long nothing;

    EntryCopier(CopyRules rules) {
        this.rules = rules;
        var arena = Arena.ofAuto();
        stat = arena.allocate(256, 16);
        times = arena.allocate(32, 16);
        link = arena.allocate(PATH_MAX + 1, 16);
        list = arena.allocate(LIST_MAX, 16);
        nothing = arena.allocate(16, 16).address();
    }

    @Override
    public void close() {
        NativeBuffers.giveBack(buffer);
    }

    /// Makes a directory that only we can look into until it is complete.
    void makeDirectory(Fd parent, byte[] name) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.mkdirat,
                            Syscalls.number(parent),
                            scratch.cString(name).address(),
                            0700),
                    "mkdirat(2)",
                    FileNames.decode(name));
        }
    }

    /// Gives one open file or directory the attributes of another.
    void copyAttributes(Fd from, Fd to) {
        int source = Syscalls.number(from);
        int target = Syscalls.number(to);
        check(statx(source, nothing, AT_EMPTY_PATH), "statx(2)", from.what());
        check(Syscalls.syscall(SyscallNumber.fchown, target, uid(), gid()), "fchown(2)", to.what());
        check(Syscalls.syscall(SyscallNumber.fchmod, target, mode() & 07777), "fchmod(2)", to.what());
        copyXattrs(source, target, to.what());
        setTimes(target, 0, 0, to.what());
    }

    /// Copies the entry the reader is at, if it is no directory.
    ///
    /// @return the bytes copied, or [#IS_DIRECTORY]
    long copy(TreeCopy.Directory directory, DirReader entry) {
        int kind = entry.kind();
        if (kind == DirReader.DT_REG) {
            return copyFile(directory, entry);
        }
        long result = statx(Syscalls.number(directory.source()), entry.nameAddress(), AT_SYMLINK_NOFOLLOW);
        if (result == -ENOENT) {
            return 0;
        }
        check(result, "statx(2)", directory, entry);
        return switch (mode() & S_IFMT) {
            case S_IFDIR -> IS_DIRECTORY;
            case S_IFREG -> copyFile(directory, entry);
            default -> copyOther(directory, entry);
        };
    }

    private long copyFile(TreeCopy.Directory directory, DirReader entry) {
        long source = Syscalls.syscall(
                SyscallNumber.openat, Syscalls.number(directory.source()), entry.nameAddress(), READ_FLAGS, 0);
        if (source == -ENOENT) {
            return 0;
        }
        if (source == -ELOOP) {
            // Became a link since the directory was read.
            return copy(directory, entry.asUnknown());
        }
        check(source, "openat(2)", directory, entry);
        try {
            check(statx(source, nothing, AT_EMPTY_PATH), "statx(2)", directory, entry);
            if ((mode() & S_IFMT) != S_IFREG) {
                return copy(directory, entry.asUnknown());
            }
            long size = stat.get(ValueLayout.JAVA_LONG, 40);
            boolean sparse = stat.get(ValueLayout.JAVA_LONG, 48) * SECTOR < size;
            long target;
            if (links() > 1) {
                synchronized (rules.linkLock) {
                    if (linked(directory, entry)) {
                        return 0;
                    }
                    target = create(directory, entry);
                    rules.remember(inode(), directory.path(entry.name()));
                }
            } else {
                target = create(directory, entry);
            }
            try {
                long copied = size == 0 ? 0 : copyContent(source, target, size, sparse, directory, entry);
                finishFile(source, target, directory, entry);
                return copied;
            } finally {
                Syscalls.close(target);
            }
        } finally {
            Syscalls.close(source);
        }
    }

    private long create(TreeCopy.Directory directory, DirReader entry) {
        return check(
                Syscalls.syscall(
                        SyscallNumber.openat,
                        Syscalls.number(directory.target()),
                        entry.nameAddress(),
                        WRITE_FLAGS,
                        rules.plain ? mode() & 0777 : 0600),
                "openat(2)",
                directory,
                entry);
    }

    private void finishFile(long source, long target, TreeCopy.Directory directory, DirReader entry) {
        if (!rules.plain || uid() != 0 || gid() != 0) {
            check(Syscalls.syscall(SyscallNumber.fchown, target, uid(), gid()), "fchown(2)", directory, entry);
        }
        if (!rules.plain || Umask.takes(mode() & 07777)) {
            check(Syscalls.syscall(SyscallNumber.fchmod, target, mode() & 07777), "fchmod(2)", directory, entry);
        }
        if (rules.hasXattrs) {
            copyXattrs(source, target, FileNames.decode(entry.name()));
        }
        setTimes(target, 0, 0, entry);
    }

    // ---- contents

    private long copyContent(
            long source, long target, long size, boolean sparse, TreeCopy.Directory directory, DirReader entry) {
        if (rules.clones) {
            long result = Syscalls.syscall(SyscallNumber.ioctl, target, FICLONE, source);
            if (result == 0) {
                return size;
            }
            if (result == -EOPNOTSUPP || result == -EXDEV || result == -ENOTTY) {
                rules.clones = false;
            }
        }
        if (!sparse) {
            return copyRange(source, target, 0, Long.MAX_VALUE, size, directory, entry);
        }
        long copied = 0;
        long at = 0;
        while (at < size) {
            long data = Syscalls.syscall(SyscallNumber.lseek, source, at, SEEK_DATA);
            if (data == -ENXIO) {
                break;
            }
            if (data == -EINVAL) {
                return copyRange(source, target, 0, Long.MAX_VALUE, size, directory, entry);
            }
            check(data, "lseek(2)", directory, entry);
            long hole =
                    check(Syscalls.syscall(SyscallNumber.lseek, source, data, SEEK_HOLE), "lseek(2)", directory, entry);
            copied += copyRange(source, target, data, hole - data, size, directory, entry);
            at = hole;
        }
        check(Syscalls.syscall(SyscallNumber.ftruncate, target, size), "ftruncate(2)", directory, entry);
        return copied;
    }

    /// Copies from a position up to `length` bytes, or to the end. A small file costs less through memory.
    private long copyRange(
            long source,
            long target,
            long from,
            long length,
            long size,
            TreeCopy.Directory directory,
            DirReader entry) {
        long done = 0;
        if (rules.copiesRanges && Math.min(length, size) > SMALL) {
            try (var scratch = Scratch.borrow()) {
                var positions = scratch.allocate(16);
                positions.set(ValueLayout.JAVA_LONG, 0, from);
                positions.set(ValueLayout.JAVA_LONG, 8, from);
                while (done < length) {
                    long count = Syscalls.syscall(
                            SyscallNumber.copy_file_range,
                            source,
                            positions.address(),
                            target,
                            positions.address() + 8,
                            Math.min(RANGE, length - done),
                            0);
                    if (count == 0) {
                        return done;
                    }
                    if (count == -EXDEV || count == -EINVAL || count == -ENOSYS || count == -EOPNOTSUPP) {
                        rules.copiesRanges = false;
                        break;
                    }
                    done += check(count, "copy_file_range(2)", directory, entry);
                }
            }
        }
        while (done < length) {
            long count = check(
                    Syscalls.syscall(
                            SyscallNumber.pread64,
                            source,
                            buffer.address(),
                            Math.min(NativeBuffers.SIZE, length - done),
                            from + done),
                    "pread(2)",
                    directory,
                    entry);
            if (count == 0) {
                return done;
            }
            writeAll(target, count, from + done, directory, entry);
            done += count;
            if (count < NativeBuffers.SIZE && from + done >= size) {
                // The whole file, so far as anybody said; spares the read that would only tell the end.
                return done;
            }
        }
        return done;
    }

    private void writeAll(long target, long count, long at, TreeCopy.Directory directory, DirReader entry) {
        long written = 0;
        while (written < count) {
            written += check(
                    Syscalls.syscall(
                            SyscallNumber.pwrite64, target, buffer.address() + written, count - written, at + written),
                    "pwrite(2)",
                    directory,
                    entry);
        }
    }

    // ---- links and nodes

    private long copyOther(TreeCopy.Directory directory, DirReader entry) {
        if (links() > 1) {
            synchronized (rules.linkLock) {
                if (linked(directory, entry)) {
                    return 0;
                }
                make(directory, entry);
                rules.remember(inode(), directory.path(entry.name()));
            }
        } else {
            make(directory, entry);
        }
        int target = Syscalls.number(directory.target());
        long name = entry.nameAddress();
        if (!rules.plain || uid() != 0 || gid() != 0) {
            check(
                    Syscalls.syscall(SyscallNumber.fchownat, target, name, uid(), gid(), AT_SYMLINK_NOFOLLOW),
                    "fchownat(2)",
                    directory,
                    entry);
        }
        if ((mode() & S_IFMT) != S_IFLNK && (!rules.plain || Umask.takes(mode() & 07777))) {
            DirFd.of(directory.target()).chmod(FileNames.decode(entry.name()), mode() & 07777);
        }
        if (rules.hasXattrs) {
            copyNamedXattrs(directory, entry);
        }
        setTimes(target, name, AT_SYMLINK_NOFOLLOW, entry);
        return 0;
    }

    private void make(TreeCopy.Directory directory, DirReader entry) {
        int target = Syscalls.number(directory.target());
        long name = entry.nameAddress();
        if ((mode() & S_IFMT) == S_IFLNK) {
            long length = check(
                    Syscalls.syscall(
                            SyscallNumber.readlinkat,
                            Syscalls.number(directory.source()),
                            name,
                            link.address(),
                            PATH_MAX),
                    "readlinkat(2)",
                    directory,
                    entry);
            link.set(ValueLayout.JAVA_BYTE, length, (byte) 0);
            check(
                    Syscalls.syscall(SyscallNumber.symlinkat, link.address(), target, name),
                    "symlinkat(2)",
                    directory,
                    entry);
            return;
        }
        long major = stat.get(ValueLayout.JAVA_INT, 128) & 0xFFFFFFFFL;
        long minor = stat.get(ValueLayout.JAVA_INT, 132) & 0xFFFFFFFFL;
        long device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffL) << 12);
        check(Syscalls.syscall(SyscallNumber.mknodat, target, name, mode(), device), "mknodat(2)", directory, entry);
    }

    /// Gives a file that was copied under another name this one too; false if this is its first. With the lock
    /// held.
    private boolean linked(TreeCopy.Directory directory, DirReader entry) {
        var first = rules.firstName(inode());
        if (first == null) {
            return false;
        }
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(
                    SyscallNumber.linkat,
                    Syscalls.number(rules.root),
                    scratch.text(first),
                    Syscalls.number(directory.target()),
                    entry.nameAddress(),
                    0);
            if (result == -ENAMETOOLONG) {
                return false;
            }
            check(result, "linkat(2)", directory, entry);
            return true;
        }
    }

    // ---- attributes

    private void copyXattrs(long source, long target, String subject) {
        long length = Syscalls.syscall(SyscallNumber.flistxattr, source, list.address(), LIST_MAX);
        if (length == -EOPNOTSUPP) {
            rules.hasXattrs = false;
            return;
        }
        check(length, "flistxattr(2)", subject);
        for (long at = 0; at < length; ) {
            long name = list.address() + at;
            long size = Syscalls.syscall(SyscallNumber.fgetxattr, source, name, buffer.address(), NativeBuffers.SIZE);
            if (size != -ENODATA) {
                check(size, "fgetxattr(2)", subject);
                check(
                        Syscalls.syscall(SyscallNumber.fsetxattr, target, name, buffer.address(), size, 0),
                        "fsetxattr(2)",
                        subject);
            }
            while (list.get(ValueLayout.JAVA_BYTE, at) != 0) {
                at++;
            }
            at++;
        }
    }

    private void copyNamedXattrs(TreeCopy.Directory directory, DirReader entry) {
        var from = DirFd.of(directory.source());
        var to = DirFd.of(directory.target());
        var name = FileNames.decode(entry.name());
        for (var attribute : Xattrs.list(from, name)) {
            Xattrs.get(from, name, attribute).ifPresent(value -> Xattrs.set(to, name, attribute, value));
        }
    }

    private void setTimes(long target, long name, int flags, Object subject) {
        times.set(ValueLayout.JAVA_LONG, 0, stat.get(ValueLayout.JAVA_LONG, 64));
        times.set(ValueLayout.JAVA_LONG, 8, stat.get(ValueLayout.JAVA_INT, 72));
        times.set(ValueLayout.JAVA_LONG, 16, stat.get(ValueLayout.JAVA_LONG, 112));
        times.set(ValueLayout.JAVA_LONG, 24, stat.get(ValueLayout.JAVA_INT, 120));
        long result = Syscalls.syscall(SyscallNumber.utimensat, target, name, times.address(), flags);
        if (result < 0) {
            var text = subject instanceof DirReader entry ? FileNames.decode(entry.name()) : subject.toString();
            throw Syscalls.failure(result, "utimensat(2)", text);
        }
    }

    // "struct statx": nlink 16, uid 20, gid 24, mode 28, ino 32, size 40, blocks 48, atime 64, mtime 112, rdev 128, dev
    // 136.

    private long statx(long directory, long name, int flags) {
        return Syscalls.syscall(SyscallNumber.statx, directory, name, flags, STATX_BASIC_STATS, stat.address());
    }

    private int mode() {
        return stat.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF;
    }

    private long uid() {
        return stat.get(ValueLayout.JAVA_INT, 20) & 0xFFFFFFFFL;
    }

    private long gid() {
        return stat.get(ValueLayout.JAVA_INT, 24) & 0xFFFFFFFFL;
    }

    private int links() {
        return stat.get(ValueLayout.JAVA_INT, 16);
    }

    private CopyRules.Inode inode() {
        return new CopyRules.Inode(stat.get(ValueLayout.JAVA_LONG, 136), stat.get(ValueLayout.JAVA_LONG, 32));
    }

    private static long check(long result, String call, String subject) {
        return Syscalls.check(result, call, subject);
    }

    private static long check(long result, String call, TreeCopy.Directory directory, DirReader entry) {
        if (result < 0) {
            throw failure(result, call, directory, entry);
        }
        return result;
    }

    private static SyscallException failure(long result, String call, TreeCopy.Directory directory, DirReader entry) {
        return Syscalls.failure(result, call, directory.path(entry.name()));
    }
}
