package io.lightvisor.linux.socket;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.poll.Poller;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A unix socket that others connect to: unix(7), bind(2), listen(2), accept4(2).
public final class UnixListener implements AutoCloseable {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int BACKLOG = 128;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;

    private final Fd fd;

    private UnixListener(Fd fd) {
        this.fd = fd;
    }

    /// Listens at a path of the host, of any length, where nothing may be; a socket that was left there is not
    /// replaced.
    ///
    /// @param mode permissions of the socket file, before anyone can connect to it
    /// @throws SyscallException with `EADDRINUSE` if the name is taken
    public static UnixListener bind(Path path, SocketKind kind, int mode) {
        var fd = UnixSocket.make(kind, path.toString());
        try {
            // The mode of a socket file is that of the socket itself, less the umask; a wider one is set before
            // listen(2).
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.fchmod, Syscalls.number(fd), mode), "fchmod(2)", path.toString());
            Syscalls.check(
                    UnixAddress.with(
                            path,
                            (address, length) -> Syscalls.syscall(
                                    SyscallNumber.bind, Syscalls.number(fd), address.address(), length)),
                    "bind(2)",
                    path.toString());
            @Nullable Path directory = path.getParent();
            try (var at = DirFd.open(directory == null ? Path.of(".") : directory)) {
                at.chmod(String.valueOf(path.getFileName()), mode);
            }
            return listen(fd);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// Gives the file of a socket just made to its owner. The folder may be somebody's who puts another file in its
    /// place meanwhile: that one is left alone.
    ///
    /// @param maker who owns it until then
    public static void give(Path path, int maker, int uid, int gid) {
        @Nullable Path directory = path.getParent();
        try (var at = DirFd.open(directory == null ? Path.of(".") : directory);
                var file = at.openEntry(String.valueOf(path.getFileName()), OpenFlag.PATH);
                var scratch = Scratch.borrow()) {
            var stat = file.stat();
            if (stat.type() != FileStat.Type.SOCKET || stat.uid() != maker) {
                throw new SyscallException("bind(2)", path.toString(), Errno.EBUSY);
            }
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.fchownat, Syscalls.number(file), scratch.text(""), uid, gid, AT_EMPTY_PATH),
                    "fchownat(2)",
                    path.toString());
        }
    }

    /// Listens at a name that is no file, in this thread's network namespace.
    public static UnixListener bindAbstract(String name, SocketKind kind) {
        var fd = UnixSocket.make(kind, "@" + name);
        try {
            Syscalls.check(
                    UnixAddress.withAbstract(
                            name,
                            (address, length) -> Syscalls.syscall(
                                    SyscallNumber.bind, Syscalls.number(fd), address.address(), length)),
                    "bind(2)",
                    fd);
            return listen(fd);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// Takes over a socket that listens already (given by a supervisor).
    public static UnixListener of(Fd fd) {
        return new UnixListener(fd.setNonBlocking(true));
    }

    public Fd fd() {
        return fd;
    }

    /// Waits for the next connection.
    ///
    /// @throws SyscallException with `EBADF` once this is closed
    public UnixSocket accept() throws InterruptedException {
        while (true) {
            var found = tryAccept();
            if (found.isPresent()) {
                return found.get();
            }
            Poller.shared().awaitReadable(fd);
        }
    }

    /// The next connection, if one waits.
    public Optional<UnixSocket> tryAccept() {
        long result = Syscalls.syscall(SyscallNumber.accept4, Syscalls.number(fd), 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (Syscalls.isAgain(result) || Errno.of((int) -result) == Errno.ECONNABORTED) {
            return Optional.empty();
        }
        return Optional.of(UnixSocket.of(Syscalls.fd(result, "accept4(2)", fd.what())));
    }

    /// Stops listening. The file stays.
    @Override
    public void close() {
        fd.close();
    }

    private static UnixListener listen(Fd fd) {
        Syscalls.check(Syscalls.syscall(SyscallNumber.listen, Syscalls.number(fd), BACKLOG), "listen(2)", fd);
        return new UnixListener(fd);
    }
}
