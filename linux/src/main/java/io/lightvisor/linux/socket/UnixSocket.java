package io.lightvisor.linux.socket;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.poll.Poller;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One side of a unix connection. Non-blocking underneath; a thread that has to wait parks in the [Poller].
///
/// With [SocketKind#SEQUENTIAL_PACKET] a message arrives whole or not at all, its descriptors with it.
public final class UnixSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PASSCRED = 16;
    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERPIDFD = 77;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SHUT_WR = 1;
    private static final int MSGHDR_SIZE = 56;
    private static final int CMSG_HEADER = 16;
    /// The kernel's SCM_MAX_FD.
    private static final int MOST_DESCRIPTORS = 253;

    private static final int CONTROL_SIZE = CMSG_HEADER + MOST_DESCRIPTORS * 4 + 4 + CMSG_HEADER + 16;

    private final Fd fd;

    private UnixSocket(Fd fd) {
        this.fd = fd;
    }

    /// Two sockets, connected to each other: socketpair(2).
    ///
    /// @param ours parks when it has to wait
    /// @param theirs blocks, as a program that is given it expects
    public record Pair(UnixSocket ours, Fd theirs) implements AutoCloseable {
        @Override
        public void close() {
            ours.close();
            theirs.close();
        }
    }

    public static Pair pair(SocketKind kind) {
        try (var scratch = Scratch.borrow()) {
            var both = scratch.allocate(8);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.socketpair, AF_UNIX, kind.type | SOCK_CLOEXEC, 0, both.address()),
                    "socketpair(2)",
                    kind.name());
            var theirs = Syscalls.adopt(both.get(ValueLayout.JAVA_INT, 4), "socket pair, their side");
            return new Pair(of(Syscalls.adopt(both.get(ValueLayout.JAVA_INT, 0), "socket pair")), theirs);
        }
    }

    /// Connects to a path of the host, of any length.
    ///
    /// @throws SyscallException with `ENOENT`, or `ECONNREFUSED` if nobody listens; with `EAGAIN` if its
    /// queue
    ///        is full
    public static UnixSocket connect(Path path, SocketKind kind) {
        return connected(
                kind,
                path.toString(),
                fd -> UnixAddress.with(
                        path,
                        (address, length) -> Syscalls.syscall(
                                SyscallNumber.connect, Syscalls.number(fd), address.address(), length)));
    }

    /// Connects to a name that is no file, in this thread's network namespace.
    public static UnixSocket connectAbstract(String name, SocketKind kind) {
        return connected(
                kind,
                "@" + name,
                fd -> UnixAddress.withAbstract(
                        name,
                        (address, length) -> Syscalls.syscall(
                                SyscallNumber.connect, Syscalls.number(fd), address.address(), length)));
    }

    /// Takes over a connected socket.
    public static UnixSocket of(Fd fd) {
        return new UnixSocket(fd.setNonBlocking(true));
    }

    /// For streams: `new FdInput(socket.fd())`.
    public Fd fd() {
        return fd;
    }

    // ---- messages

    public void send(byte[] data) throws InterruptedException {
        send(data, List.of());
    }

    /// Sends the bytes, the descriptors with the first of them. Ours stay open and ours. The data may not
    /// be empty, since descriptors need at least one byte to travel with.
    ///
    /// @throws SyscallException with `EPIPE` if the other side has closed, `EMSGSIZE` if a packet is too
    /// long
    public void send(byte[] data, List<Fd> descriptors) throws InterruptedException {
        int done = 0;
        do {
            int sent = sendOnce(data, done, data.length, done == 0 ? descriptors : List.of());
            if (sent < 0) {
                Poller.shared().awaitWritable(fd);
            } else {
                done += sent;
            }
        } while (done < data.length);
    }

    /// Sends a part of the bytes, waiting at most so long for the other side to make room.
    ///
    /// @return false if the time was over first; some of it may have been sent
    /// @throws SyscallException with `EPIPE` if the other side has closed
    public boolean send(byte[] data, int from, int length, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        int to = from + length;
        int done = from;
        while (done < to) {
            int sent = sendOnce(data, done, to, List.of());
            if (sent >= 0) {
                done += sent;
            } else if (!Poller.shared().awaitWritable(fd, Duration.ofNanos(end - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }

    /// Waits for the next message, or the next bytes of a stream.
    ///
    /// @param most at most this many bytes, up to 256 KiB
    public Message receive(int most) throws InterruptedException {
        while (true) {
            var message = tryReceive(most);
            if (message.isPresent()) {
                return message.get();
            }
            Poller.shared().awaitReadable(fd);
        }
    }

    /// As [#receive], if there is one already.
    public Optional<Message> tryReceive(int most) {
        int length = Math.min(most, NativeBuffers.SIZE);
        var data = NativeBuffers.borrow();
        try (var scratch = Scratch.borrow()) {
            var control = scratch.allocate(CONTROL_SIZE);
            var header = header(scratch, data, length, control, CONTROL_SIZE);
            long result =
                    Syscalls.syscall(SyscallNumber.recvmsg, Syscalls.number(fd), header.address(), MSG_CMSG_CLOEXEC);
            if (Syscalls.isAgain(result)) {
                return Optional.empty();
            }
            if (Errno.of((int) -result) == Errno.ECONNRESET) {
                return Optional.of(new Message(new byte[0], List.of(), Optional.empty(), false));
            }
            int count = (int) Syscalls.check(result, "recvmsg(2)", fd);
            return Optional.of(parse(header, control, data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE)));
        } finally {
            NativeBuffers.giveBack(data);
        }
    }

    /// Says that nothing more will be sent; the other side reads the end.
    public void shutdownOutput() {
        Syscalls.check(Syscalls.syscall(SyscallNumber.shutdown, Syscalls.number(fd), SHUT_WR), "shutdown(2)", fd);
    }

    @Override
    public void close() {
        fd.close();
    }

    // ---- who is there

    /// Who connected, or who listens.
    public PeerCredentials peer() {
        try (var scratch = Scratch.borrow()) {
            return credentials(option(scratch, SO_PEERCRED, 12));
        }
    }

    /// A pidfd of the peer, as it was when it connected: SO_PEERPIDFD, Linux 6.5. Empty before that.
    public Optional<Fd> peerPidfd() {
        try (var scratch = Scratch.borrow()) {
            int number = option(scratch, SO_PEERPIDFD, 4).get(ValueLayout.JAVA_INT, 0);
            return Optional.of(Syscalls.adopt(number, "peer of " + fd.what()));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOPROTOOPT, Errno.ENODATA)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// From now on every message says who sent it: SO_PASSCRED.
    public void askForCredentials() {
        try (var scratch = Scratch.borrow()) {
            var on = scratch.allocate(4);
            on.set(ValueLayout.JAVA_INT, 0, 1);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.setsockopt, Syscalls.number(fd), SOL_SOCKET, SO_PASSCRED, on.address(), 4),
                    "setsockopt(2) SO_PASSCRED",
                    fd);
        }
    }

    static Fd make(SocketKind kind, String what) {
        return Syscalls.fd(
                Syscalls.syscall(SyscallNumber.socket, AF_UNIX, kind.type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                "socket(2)",
                what);
    }

    private interface Connect {
        long call(Fd fd);
    }

    private static UnixSocket connected(SocketKind kind, String what, Connect connect) {
        var fd = make(kind, what);
        try {
            Syscalls.check(connect.call(fd), "connect(2)", what);
            return new UnixSocket(fd);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// How much was taken; -1 if there is no room now.
    private int sendOnce(byte[] all, int from, int to, List<Fd> descriptors) {
        if (descriptors.size() > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(descriptors.size() + " descriptors in one message");
        }
        int length = Math.min(to - from, NativeBuffers.SIZE);
        var data = NativeBuffers.borrow();
        try (var scratch = Scratch.borrow()) {
            MemorySegment.copy(all, from, data, ValueLayout.JAVA_BYTE, 0, length);
            int used = descriptors.isEmpty() ? 0 : CMSG_HEADER + descriptors.size() * 4;
            var control = scratch.allocate(used + 8L);
            if (used > 0) {
                // "struct cmsghdr": cmsg_len, cmsg_level, cmsg_type, then the data.
                control.set(ValueLayout.JAVA_LONG, 0, used);
                control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
                control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
                for (int i = 0; i < descriptors.size(); i++) {
                    control.set(ValueLayout.JAVA_INT, CMSG_HEADER + i * 4L, Syscalls.number(descriptors.get(i)));
                }
            }
            var header = header(scratch, data, length, control, (used + 7) & ~7);
            long result = Syscalls.syscall(SyscallNumber.sendmsg, Syscalls.number(fd), header.address(), MSG_NOSIGNAL);
            return Syscalls.isAgain(result) ? -1 : (int) Syscalls.check(result, "sendmsg(2)", fd);
        } finally {
            NativeBuffers.giveBack(data);
        }
    }

    /// "struct msghdr": name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48.
    private static MemorySegment header(
            Scratch scratch, MemorySegment data, int length, MemorySegment control, int controlLength) {
        var vector = scratch.allocate(16);
        vector.set(ValueLayout.JAVA_LONG, 0, data.address());
        vector.set(ValueLayout.JAVA_LONG, 8, length);
        var header = scratch.allocate(MSGHDR_SIZE);
        header.set(ValueLayout.JAVA_LONG, 16, vector.address());
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.JAVA_LONG, 32, controlLength == 0 ? 0 : control.address());
        header.set(ValueLayout.JAVA_LONG, 40, controlLength);
        return header;
    }

    private Message parse(MemorySegment header, MemorySegment control, byte[] data) {
        long length = header.get(ValueLayout.JAVA_LONG, 40);
        int flags = header.get(ValueLayout.JAVA_INT, 48);
        var descriptors = new ArrayList<Fd>(0);
        Optional<PeerCredentials> sender = Optional.empty();
        long at = 0;
        while (at + CMSG_HEADER <= length) {
            long size = control.get(ValueLayout.JAVA_LONG, at);
            if (size < CMSG_HEADER) {
                break;
            }
            int type = control.get(ValueLayout.JAVA_INT, at + 12);
            if (control.get(ValueLayout.JAVA_INT, at + 8) == SOL_SOCKET && type == SCM_RIGHTS) {
                for (long i = at + CMSG_HEADER; i + 4 <= at + size; i += 4) {
                    descriptors.add(Syscalls.adopt(control.get(ValueLayout.JAVA_INT, i), "received from " + fd.what()));
                }
            } else if (type == SCM_CREDENTIALS) {
                sender = Optional.of(credentials(control.asSlice(at + CMSG_HEADER, 12)));
            }
            at += (size + 7) & ~7L;
        }
        return new Message(data, descriptors, sender, (flags & (MSG_TRUNC | MSG_CTRUNC)) != 0);
    }

    private static PeerCredentials credentials(MemorySegment ucred) {
        return new PeerCredentials(
                ucred.get(ValueLayout.JAVA_INT, 0),
                ucred.get(ValueLayout.JAVA_INT, 4),
                ucred.get(ValueLayout.JAVA_INT, 8));
    }

    private MemorySegment option(Scratch scratch, int option, int size) {
        var value = scratch.allocate(size);
        var length = scratch.allocate(4);
        length.set(ValueLayout.JAVA_INT, 0, size);
        Syscalls.check(
                Syscalls.syscall(
                        SyscallNumber.getsockopt,
                        Syscalls.number(fd),
                        SOL_SOCKET,
                        option,
                        value.address(),
                        length.address()),
                "getsockopt(2)",
                fd);
        return value;
    }
}
