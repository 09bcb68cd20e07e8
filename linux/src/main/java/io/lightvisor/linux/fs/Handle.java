package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;

/// One entry of a tree, held by an `O_PATH` descriptor: asked and changed without its name, which may mean another
/// file by now. Getting hold of a pipe or a device this way does nothing to it.
public final class Handle implements AutoCloseable {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_FDCWD = -100;
    private static final int PATH_MAX = 4096;

    private final Fd fd;

    Handle(Fd fd) {
        this.fd = fd;
    }

    /// By a descriptor of any kind; closing this closes it.
    public static Handle of(Fd fd) {
        return new Handle(fd);
    }

    /// The descriptor; nothing can be read from it.
    public Fd fd() {
        return fd;
    }

    public FileStat stat() {
        return fd.stat();
    }

    /// Opens the file itself: what was held is what is opened.
    public Fd reopen(OpenFlag... flags) {
        return Open.path("/proc/self/fd/" + Syscalls.number(fd), flags);
    }

    /// All names in it but `.` and `..`, if it is a directory.
    public List<DirEntry> list() {
        return DirFd.of(fd).list();
    }

    /// Where it points, if it is a symbolic link: readlinkat(2).
    public String readLink() {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(PATH_MAX);
            long length = Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.readlinkat, Syscalls.number(fd), scratch.text(""), room.address(), PATH_MAX),
                    "readlinkat(2)",
                    fd);
            return FileNames.decode(room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /// Sets the owner, of a link too: fchownat(2). -1 leaves a side as it is.
    public void chown(long uid, long gid) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.fchownat,
                            Syscalls.number(fd),
                            scratch.text(""),
                            uid & 0xFFFFFFFFL,
                            gid & 0xFFFFFFFFL,
                            AT_EMPTY_PATH),
                    "fchownat(2)",
                    fd);
        }
    }

    /// Sets the permissions; of a link that is refused with `EOPNOTSUPP`.
    public void chmod(int mode) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.fchmodat, AT_FDCWD, scratch.text(procPath()), mode & 07777),
                    "fchmodat(2)",
                    fd);
        }
    }

    /// Sets the times: utimensat(2).
    public void setTimes(Instant accessed, Instant modified) {
        try (var scratch = Scratch.borrow()) {
            MemorySegment times = scratch.allocate(32);
            put(times, 0, accessed);
            put(times, 16, modified);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.utimensat,
                            Syscalls.number(fd),
                            scratch.text(""),
                            times.address(),
                            AT_EMPTY_PATH),
                    "utimensat(2)",
                    fd);
        }
    }

    private static void put(MemorySegment times, long at, Instant time) {
        times.set(ValueLayout.JAVA_LONG, at, time.getEpochSecond());
        times.set(ValueLayout.JAVA_LONG, at + 8, time.getNano());
    }

    private String procPath() {
        return "/proc/self/fd/" + Syscalls.number(fd);
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd.what();
    }
}
