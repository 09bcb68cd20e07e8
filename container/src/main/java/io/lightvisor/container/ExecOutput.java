package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.poll.FdInput;
import io.lightvisor.linux.poll.Poller;
import java.io.IOException;
import java.io.InputStream;

/// Output of a command. Ends as a pipe does, and also once the command has ended and nothing is left to read now.
///
/// Asking by poll(2) and not by size is what makes that exact for terminals: it moves what is still on its way
/// through the line discipline first.
final class ExecOutput extends InputStream {
    private final FdInput in;
    private volatile boolean ended;

    ExecOutput(Fd fd) {
        in = new FdInput(fd);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            if (ended && !Poller.shared().isReadable(in.fd())) {
                return -1;
            }
            return in.read(into, offset, length);
        } catch (IOException | SyscallException e) {
            if (ended && !in.fd().isOpen()) {
                return -1;
            }
            throw e;
        }
    }

    /// The command has ended. Wakes a reader that waits for more.
    void end() {
        ended = true;
        try {
            if (!Poller.shared().isReadable(in.fd())) {
                in.close();
            }
        } catch (SyscallException e) {
            // Closed by its reader at the same moment: then nobody waits for more.
            if (!e.is(Errno.EBADF)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        in.close();
    }
}
