package io.lightvisor.linux.poll;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.Syscalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads a pipe, socket or terminal as a stream. It tries the read first and parks only when there is nothing,
/// so a virtual thread never holds its carrier. Makes the descriptor non-blocking; owns it and closes it.
///
/// A terminal whose other side is gone (`EIO`) reads as the end.
public final class FdInput extends InputStream {
    private static final int EIO = 5;

    private final Fd fd;
    private final Poller poller;

    public FdInput(Fd fd) {
        this.fd = fd.setNonBlocking(true);
        this.poller = Poller.shared();
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /// At most 256 KiB at a time. -1 at the end.
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (true) {
                var buffer = NativeBuffers.borrow();
                try {
                    long count = Syscalls.read(fd, buffer, Math.min(length, NativeBuffers.SIZE));
                    if (count > 0) {
                        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) count);
                        return (int) count;
                    }
                    if (count == 0 || count == -EIO) {
                        return -1;
                    }
                    if (!Syscalls.isAgain(count)) {
                        throw new IOException(Syscalls.failure(count, "read(2)", fd.what()));
                    }
                } finally {
                    NativeBuffers.giveBack(buffer);
                }
                poller.awaitReadable(fd);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (SyscallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public int available() throws IOException {
        try {
            return fd.available();
        } catch (SyscallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var io = new InterruptedIOException("interrupted");
        io.initCause(e);
        return io;
    }
}
