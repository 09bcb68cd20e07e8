package io.lightvisor.linux.poll;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.Syscalls;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes a pipe, socket or terminal as a stream; parks when it is full. Unbuffered: a write returns when the
/// kernel has everything. Makes the descriptor non-blocking; owns it and closes it.
public final class FdOutput extends OutputStream {
    private final Fd fd;
    private final Poller poller;

    public FdOutput(Fd fd) {
        this.fd = fd.setNonBlocking(true);
        this.poller = Poller.shared();
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        try {
            int done = 0;
            while (done < length) {
                int wanted = Math.min(length - done, NativeBuffers.SIZE);
                var buffer = NativeBuffers.borrow();
                long count;
                try {
                    MemorySegment.copy(from, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, wanted);
                    count = Syscalls.write(fd, buffer, wanted);
                } finally {
                    NativeBuffers.giveBack(buffer);
                }
                if (count >= 0) {
                    done += (int) count;
                } else if (Syscalls.isAgain(count)) {
                    poller.awaitWritable(fd);
                } else {
                    throw new IOException(Syscalls.failure(count, "write(2)", fd.what()));
                }
            }
        } catch (InterruptedException e) {
            throw FdInput.interrupted(e);
        } catch (SyscallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
