package io.lightvisor.daemon.sftp;

import io.lightvisor.engine.instance.GuestRoot;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.model.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// One conversation. Requests are answered in their order; a client may send many before it reads the first answer.
public final class SftpSession {
    static final int MAX_PACKET = 256 << 10;
    /// The largest part of a file in one packet.
    static final int MAX_DATA = MAX_PACKET - 1024;

    private static final int INIT = 1;
    private static final int VERSION = 2;
    private static final int STATUS = 101;

    private static final int OK = 0;
    private static final int END = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int FAILURE = 4;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    private final GuestRoot root;
    private final InputStream in;
    private final PacketWriter out;

    /// @param root stays the caller's
    public SftpSession(GuestRoot root, InputStream in, OutputStream out) {
        this.root = root;
        this.in = in;
        this.out = new PacketWriter(out);
    }

    /// Runs until the client goes.
    public void run() throws IOException {
        var packet = new byte[MAX_PACKET];
        try (var files = new SftpFiles(root, out)) {
            while (true) {
                int length = length();
                if (length < 0) {
                    return;
                }
                if (length == 0 || length > MAX_PACKET) {
                    throw new IOException("a packet of " + Integer.toUnsignedString(length) + " bytes");
                }
                if (in.readNBytes(packet, 0, length) < length) {
                    throw new EOFException("the client went away in the middle of a request");
                }
                answer(files, new PacketReader(ByteBuffer.wrap(packet, 0, length)));
            }
        }
    }

    /// The length of the next packet; -1 at the end.
    private int length() throws IOException {
        var bytes = in.readNBytes(4);
        if (bytes.length == 0) {
            return -1;
        }
        if (bytes.length < 4) {
            throw new EOFException("the client went away in the middle of a request");
        }
        return Math.max(0, ByteBuffer.wrap(bytes).getInt());
    }

    private void answer(SftpFiles files, PacketReader request) throws IOException {
        int type = request.type();
        if (type == INIT) {
            out.begin(VERSION).number(3);
            SftpFiles.EXTENSIONS.forEach((name, version) -> out.text(name).text(version));
            out.send();
            return;
        }
        int id = request.number();
        try {
            switch (files.handle(type, id, request)) {
                case ANSWERED -> out.send();
                case DONE -> status(id, OK, "Success");
                case AT_END -> status(id, END, "End of file");
                case UNKNOWN -> status(id, UNSUPPORTED, "Operation unsupported");
            }
        } catch (SyscallException e) {
            status(id, code(e.errno()), e.errno().text());
        } catch (ProblemException e) {
            status(id, FAILURE, e.problem().sentence());
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            status(id, BAD_MESSAGE, e.getMessage() == null ? "Bad message" : e.getMessage());
        }
    }

    private static int code(Errno errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR, EBADF, ELOOP -> NO_SUCH_FILE;
            case EPERM, EACCES, EROFS -> PERMISSION_DENIED;
            case EINVAL, ENAMETOOLONG -> BAD_MESSAGE;
            case ENOSYS, EOPNOTSUPP -> UNSUPPORTED;
            default -> FAILURE;
        };
    }

    private void status(int id, int code, String text) throws IOException {
        out.begin(STATUS).number(id).number(code).text(text).text("").send();
    }
}
