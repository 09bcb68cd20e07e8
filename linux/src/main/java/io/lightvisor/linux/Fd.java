package io.lightvisor.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The owner of one open descriptor. It is always close-on-exec; a child gets it only by being named in its
/// spawn.
///
/// Closing is safe at any moment: a call in progress keeps the number until it returns, so the number never
/// means somebody else's file in between, and whoever waits for the descriptor in a `Poller` wakes up. Closing
/// twice is harmless.
public final class Fd implements AutoCloseable {
    private static final int CLOSED = 1 << 30;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int O_NONBLOCK = 0x800;
    private static final int FIONREAD = 0x541B;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final int number;
    private final String what;
    /// Calls in progress, and [#CLOSED].
    private final AtomicInteger state = new AtomicInteger();

    private @Nullable List<Runnable> atClose;

    Fd(int number, String what) {
        this.number = number;
        this.what = what;
    }

    /// What was opened, for messages: `rootfs/etc/passwd`, `pid 4711`.
    public String what() {
        return what;
    }

    public boolean isOpen() {
        return (state.get() & CLOSED) == 0;
    }

    @Override
    public void close() {
        int before = state.getAndUpdate(now -> now | CLOSED);
        if ((before & CLOSED) != 0) {
            return;
        }
        List<Runnable> hooks;
        synchronized (this) {
            hooks = atClose == null ? List.of() : atClose;
            atClose = null;
        }
        for (var hook : hooks) {
            hook.run();
        }
        if (before == 0) {
            closeNumber();
        }
    }

    /// Runs the hook when this is closed, before the number is given back to the kernel; at once if it is
    /// closed already.
    public void onClose(Runnable hook) {
        synchronized (this) {
            if (isOpen()) {
                if (atClose == null) {
                    atClose = new ArrayList<>(1);
                }
                atClose.add(hook);
                return;
            }
        }
        hook.run();
    }

    /// The same open file under a second descriptor: fcntl(2), F_DUPFD_CLOEXEC.
    public Fd dup() {
        return dupAbove(0);
    }

    /// As [#dup], with a number of at least `lowest`, so that it is not in the way of numbers a child wants.
    Fd dupAbove(int lowest) {
        int fd = acquire();
        try {
            return Syscalls.fd(Syscalls.syscall(SyscallNumber.fcntl, fd, F_DUPFD_CLOEXEC, lowest), "fcntl(2)", what);
        } finally {
            release();
        }
    }

    /// `/proc/self/fd/N`: a path that leads to the open file itself, also when its name is gone.
    public Path procPath() {
        return Path.of("/proc/self/fd/" + number());
    }

    /// `/proc/PID/fd/N`, for another process that may look into ours. Valid while this is open.
    public Path procPathForOthers() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + number());
    }

    // ---- bytes

    /// read(2) once.
    ///
    /// @return the count; 0 at the end of the file, or when the other side of a pipe or socket has closed
    public int read(byte[] into, int offset, int length) {
        var buffer = NativeBuffers.borrow();
        try {
            int wanted = Math.min(length, NativeBuffers.SIZE);
            int count = (int) Syscalls.check(Syscalls.read(this, buffer, wanted), "read(2)", this);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, count);
            return count;
        } finally {
            NativeBuffers.giveBack(buffer);
        }
    }

    public int read(byte[] into) {
        return read(into, 0, into.length);
    }

    /// read(2) into the room of the buffer; moves its position. The count, 0 at the end.
    public int read(ByteBuffer into) {
        return transferIn(into, -1);
    }

    /// pread(2): reads at a position and leaves the file's own where it is. The count, 0 at the end.
    public int pread(ByteBuffer into, long position) {
        return transferIn(into, position);
    }

    public int pread(byte[] into, long position) {
        return transferIn(ByteBuffer.wrap(into), position);
    }

    /// write(2) once.
    ///
    /// @return how much was taken, possibly less than given
    public int write(byte[] from, int offset, int length) {
        return transferOut(ByteBuffer.wrap(from, offset, length), -1);
    }

    public int write(ByteBuffer from) {
        return transferOut(from, -1);
    }

    /// write(2) until all is written. For files and blocking descriptors; see `FdOutput` for the others.
    public void writeAll(byte[] from) {
        var buffer = ByteBuffer.wrap(from);
        while (buffer.hasRemaining()) {
            transferOut(buffer, -1);
        }
    }

    /// pwrite(2): writes at a position. How much was taken.
    public int pwrite(ByteBuffer from, long position) {
        return transferOut(from, position);
    }

    public int pwrite(byte[] from, long position) {
        return transferOut(ByteBuffer.wrap(from), position);
    }

    /// Reads from the current position to the end, at most `limit` bytes.
    ///
    /// @throws SyscallException with `EFBIG` if there is more
    public byte[] readAll(int limit) {
        var out = new java.io.ByteArrayOutputStream();
        var buffer = NativeBuffers.borrow();
        try {
            while (true) {
                int count = (int) Syscalls.check(Syscalls.read(this, buffer, NativeBuffers.SIZE), "read(2)", this);
                if (count == 0) {
                    return out.toByteArray();
                }
                if (out.size() + count > limit) {
                    throw new SyscallException("read(2)", what, Errno.EFBIG);
                }
                out.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            }
        } finally {
            NativeBuffers.giveBack(buffer);
        }
    }

    // ---- the file behind it

    /// fstat(2), by statx(2).
    public FileStat stat() {
        return FileStat.of(this);
    }

    /// ftruncate(2).
    public void truncate(long size) {
        checked("ftruncate(2)", SyscallNumber.ftruncate, size, 0, 0);
    }

    /// fallocate(2): reserves the blocks, so that writing cannot meet a full disk.
    public void allocate(long offset, long length) {
        checked("fallocate(2)", SyscallNumber.fallocate, 0, offset, length);
    }

    /// fsync(2).
    public void sync() {
        checked("fsync(2)", SyscallNumber.fsync, 0, 0, 0);
    }

    /// fdatasync(2).
    public void syncData() {
        checked("fdatasync(2)", SyscallNumber.fdatasync, 0, 0, 0);
    }

    /// syncfs(2): everything of the file system this is on.
    public void syncFileSystem() {
        checked("syncfs(2)", SyscallNumber.syncfs, 0, 0, 0);
    }

    /// lseek(2) to a position from the start.
    public void seek(long position) {
        checked("lseek(2)", SyscallNumber.lseek, position, SEEK_SET, 0);
    }

    /// lseek(2) with `SEEK_DATA`: where data begins, at or behind a position; -1 if only a hole follows. Moves the
    /// position there.
    public long nextData(long from) {
        try {
            return checked("lseek(2)", SyscallNumber.lseek, from, SEEK_DATA, 0);
        } catch (SyscallException e) {
            if (e.is(Errno.ENXIO)) {
                return -1;
            }
            throw e;
        }
    }

    /// lseek(2) with `SEEK_HOLE`: where the next hole begins; the end of the file counts as one.
    public long nextHole(long from) {
        return checked("lseek(2)", SyscallNumber.lseek, from, SEEK_HOLE, 0);
    }

    /// fchown(2).
    public void chown(int uid, int gid) {
        checked("fchown(2)", SyscallNumber.fchown, uid, gid, 0);
    }

    /// fchmod(2).
    ///
    /// @param mode permission bits, for example 0644 with the set-id bits above
    public void chmod(int mode) {
        checked("fchmod(2)", SyscallNumber.fchmod, mode, 0, 0);
    }

    /// How many bytes can be read now without waiting: ioctl(2), FIONREAD.
    public int available() {
        try (var scratch = Scratch.borrow()) {
            var count = scratch.allocate(4);
            checked("ioctl(2) FIONREAD", SyscallNumber.ioctl, FIONREAD, count.address(), 0);
            return count.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /// Sets `O_NONBLOCK`. It belongs to the open file, so every duplicate in any process sees it.
    public Fd setNonBlocking(boolean on) {
        int flags = (int) checked("fcntl(2) F_GETFL", SyscallNumber.fcntl, F_GETFL, 0, 0);
        int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        if (wanted != flags) {
            checked("fcntl(2) F_SETFL", SyscallNumber.fcntl, F_SETFL, wanted, 0);
        }
        return this;
    }

    /// Sets how much a pipe holds, in bytes: fcntl(2), F_SETPIPE_SZ. Unprivileged up to
    /// /proc/sys/fs/pipe-max-size.
    public Fd setPipeSize(int bytes) {
        checked("fcntl(2) F_SETPIPE_SZ", SyscallNumber.fcntl, F_SETPIPE_SZ, bytes, 0);
        return this;
    }

    // ---- from descriptor to descriptor, without passing through us

    /// copy_file_range(2), from the current positions: shares the blocks where the file system can. 0 at the
    /// end.
    public static long copyFileRange(Fd from, Fd to, long length) {
        return between(
                "copy_file_range(2)",
                from,
                to,
                (in, out) -> Syscalls.syscall(SyscallNumber.copy_file_range, in, 0, out, 0, length, 0));
    }

    /// sendfile(2), from the current position of a file to anything. 0 at the end.
    public static long sendfile(Fd from, Fd to, long length) {
        return between(
                "sendfile(2)", from, to, (in, out) -> Syscalls.syscall(SyscallNumber.sendfile, out, in, 0, length));
    }

    /// splice(2), one side a pipe; moves pages. 0 at the end. With non-blocking descriptors it may throw
    /// `EAGAIN`.
    public static long splice(Fd from, Fd to, long length) {
        return between(
                "splice(2)",
                from,
                to,
                (in, out) -> Syscalls.syscall(SyscallNumber.splice, in, 0, out, 0, length, 1 /* SPLICE_F_MOVE */));
    }

    @Override
    public String toString() {
        return what;
    }

    // ---- inside the module

    int number() {
        if (!isOpen()) {
            throw closed();
        }
        return number;
    }

    /// The number, kept from being closed until [#release].
    int acquire() {
        while (true) {
            int now = state.get();
            if ((now & CLOSED) != 0) {
                throw closed();
            }
            if (state.compareAndSet(now, now + 1)) {
                return number;
            }
        }
    }

    void release() {
        if (state.decrementAndGet() == CLOSED) {
            closeNumber();
        }
    }

    private SyscallException closed() {
        return new SyscallException("use of a closed descriptor", what, Errno.EBADF);
    }

    private void closeNumber() {
        // An error here has no remedy: the kernel has released the number in every case (close(2), "Dealing with error
        // returns").
        Syscalls.once(SyscallNumber.close, number);
    }

    private long checked(String call, int syscall, long a, long b, long c) {
        int fd = acquire();
        try {
            return Syscalls.check(Syscalls.syscall(syscall, fd, a, b, c), call, what);
        } finally {
            release();
        }
    }

    private int transferIn(ByteBuffer into, long position) {
        return transfer(into, position, true);
    }

    private int transferOut(ByteBuffer from, long position) {
        return transfer(from, position, false);
    }

    private int transfer(ByteBuffer buffer, long position, boolean in) {
        int wanted = Math.min(buffer.remaining(), Integer.MAX_VALUE & ~0xFFF);
        int fd = acquire();
        try {
            if (buffer.isDirect()) {
                var memory = MemorySegment.ofBuffer(buffer);
                int count = (int) raw(fd, memory, wanted, position, in);
                java.lang.ref.Reference.reachabilityFence(buffer);
                buffer.position(buffer.position() + count);
                return count;
            }
            var memory = NativeBuffers.borrow();
            try {
                wanted = Math.min(wanted, NativeBuffers.SIZE);
                if (!in) {
                    MemorySegment.copy(MemorySegment.ofBuffer(buffer), 0, memory, 0, wanted);
                }
                int count = (int) raw(fd, memory, wanted, position, in);
                if (in) {
                    MemorySegment.copy(memory, 0, MemorySegment.ofBuffer(buffer), 0, count);
                }
                buffer.position(buffer.position() + count);
                return count;
            } finally {
                NativeBuffers.giveBack(memory);
            }
        } finally {
            release();
        }
    }

    private long raw(int fd, MemorySegment memory, long length, long position, boolean in) {
        if (position < 0) {
            return in
                    ? Syscalls.check(
                            Syscalls.syscall(SyscallNumber.read, fd, memory.address(), length), "read(2)", what)
                    : Syscalls.check(
                            Syscalls.syscall(SyscallNumber.write, fd, memory.address(), length), "write(2)", what);
        }
        int number = in ? SyscallNumber.pread64 : SyscallNumber.pwrite64;
        return Syscalls.check(
                Syscalls.syscall(number, fd, memory.address(), length, position), in ? "pread(2)" : "pwrite(2)", what);
    }

    private interface Between {
        long call(int in, int out);
    }

    private static long between(String name, Fd from, Fd to, Between call) {
        int in = from.acquire();
        try {
            int out = to.acquire();
            try {
                return Syscalls.check(call.call(in, out), name, from.what + " to " + to.what);
            } finally {
                to.release();
            }
        } finally {
            from.release();
        }
    }
}
