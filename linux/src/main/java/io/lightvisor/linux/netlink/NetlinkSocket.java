package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A netlink(7) socket for questions and answers, one at a time.
///
/// The kernel works on a request within sendto(2) and has the answer (of a dump, the first part) in the receive queue
/// when it returns, so receiving never waits and a virtual thread may do it.
final class NetlinkSocket implements AutoCloseable {
    static final int ROUTE = 0;
    static final int NETFILTER = 12;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_MULTI = 0x2;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int HEADER = 16;
    private static final int INTERRUPTED_DUMPS = 8;

    private final Fd fd;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private int sequence = 1;

    private NetlinkSocket(Fd fd) {
        this.fd = fd;
    }

    /// A socket in the network namespace of the calling thread.
    ///
    /// @param strict whether dumps honour what they are asked for (address dumps of another namespace need it)
    static NetlinkSocket open(int protocol, boolean strict) {
        var fd = raw(protocol);
        option(fd, NETLINK_CAP_ACK, 1);
        option(fd, NETLINK_EXT_ACK, 1);
        if (strict) {
            option(fd, NETLINK_GET_STRICT_CHK, 1);
        }
        return new NetlinkSocket(fd);
    }

    static Fd raw(int protocol) {
        return Syscalls.fd(
                Syscalls.syscall(SyscallNumber.socket, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol),
                "socket(2)",
                "netlink " + (protocol == ROUTE ? "route" : "netfilter"));
    }

    static void option(Fd fd, int option, int value) {
        try (var scratch = Scratch.borrow()) {
            var memory = scratch.allocate(4);
            memory.set(ValueLayout.JAVA_INT, 0, value);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.setsockopt, Syscalls.number(fd), SOL_NETLINK, option, memory.address(), 4),
                    "setsockopt(2)",
                    fd);
        }
    }

    /// Gives the socket a port of its own, chosen by the kernel. Without one it would share port 0 with the kernel
    /// itself, whose notices are not sent back to their sender.
    static void bind(Fd fd) {
        try (var scratch = Scratch.borrow()) {
            // struct sockaddr_nl: family, pad, pid, groups.
            var address = scratch.allocate(12);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.bind, Syscalls.number(fd), address.address(), 12), "bind(2)", fd);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    /// What one message of an answer is: its type, and its content from the position to the limit. The buffer is reused
    /// afterwards. Null if the message says nothing of interest.
    interface Reader<T> {
        @Nullable
        T read(int type, ByteBuffer payload);
    }

    /// Asks for a change.
    ///
    /// @param call for failures: `RTM_NEWLINK`
    /// @param subject for failures: `veth0a1b2c3d`
    /// @throws SyscallException if the kernel refuses, with what it says beside the errno
    void change(Message request, String call, String subject) {
        attempt(request, call, subject, (_, _) -> null);
    }

    /// Asks for one object, with a request that wants no acknowledgement beside it.
    ///
    /// @throws SyscallException as [#change]; `ENODATA` if the answer is empty
    <T> T get(Message request, String call, String subject, Reader<T> reader) {
        var answer = attempt(request, call, subject, reader);
        if (answer.found.isEmpty()) {
            throw new SyscallException(call, subject, Errno.ENODATA);
        }
        return answer.found.getFirst();
    }

    /// Asks for all. A dump under which something changed is asked again; after some attempts it is taken as it is.
    <T> List<T> dump(Message request, String call, String subject, Reader<T> reader) {
        var answer = attempt(request, call, subject, reader);
        for (int again = 1; again < INTERRUPTED_DUMPS && !answer.whole; again++) {
            answer = attempt(request, call, subject, reader);
        }
        return answer.found;
    }

    private static final class Answer<T> {
        final List<T> found = new ArrayList<>();
        boolean whole = true;
    }

    private <T> Answer<T> attempt(Message request, String call, String subject, Reader<T> reader) {
        var answer = new Answer<T>();
        lock.lock();
        try {
            int asked = ++sequence;
            send(request.bytes(asked), call, subject);
            receive(answer, asked, request.isDump(), call, subject, reader);
        } finally {
            lock.unlock();
        }
        return answer;
    }

    private void send(byte[] bytes, String call, String subject) {
        try (var scratch = Scratch.borrow()) {
            var memory = scratch.bytes(bytes);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.sendto, Syscalls.number(fd), memory.address(), bytes.length, 0, 0, 0),
                    call,
                    subject);
        }
    }

    private <T> void receive(Answer<T> answer, int asked, boolean dump, String call, String subject, Reader<T> reader) {
        var memory = NativeBuffers.borrow();
        try {
            while (true) {
                int length = (int) Syscalls.check(
                        Syscalls.syscall(
                                SyscallNumber.recvfrom,
                                Syscalls.number(fd),
                                memory.address(),
                                NativeBuffers.SIZE,
                                0,
                                0,
                                0),
                        call,
                        subject);
                var in = memory.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
                int at = 0;
                while (length - at >= HEADER) {
                    int size = in.getInt(at);
                    int type = in.getShort(at + 4) & 0xffff;
                    int flags = in.getShort(at + 6) & 0xffff;
                    if (size < HEADER || size > length - at) {
                        throw new SyscallException(call, subject, Errno.EBADMSG);
                    }
                    if (in.getInt(at + 8) == asked) {
                        answer.whole &= (flags & NLM_F_DUMP_INTR) == 0;
                        in.limit(at + size).position(at + HEADER);
                        switch (type) {
                            case NLMSG_ERROR, NLMSG_DONE -> {
                                fail(in, flags, type == NLMSG_ERROR, call, subject);
                                return;
                            }
                            default -> {
                                var read = reader.read(type, in);
                                if (read != null) {
                                    answer.found.add(read);
                                }
                                if (!dump && (flags & NLM_F_MULTI) == 0) {
                                    return;
                                }
                            }
                        }
                        in.limit(length);
                    }
                    at += size + 3 & ~3;
                }
            }
        } finally {
            NativeBuffers.giveBack(memory);
        }
    }

    /// Throws if a message of type NLMSG_ERROR or NLMSG_DONE tells of a failure.
    private static void fail(ByteBuffer in, int flags, boolean error, String call, String subject) {
        if (in.remaining() < 4) {
            return;
        }
        int result = in.getInt(in.position());
        if (result >= 0) {
            return;
        }
        String detail = "";
        if ((flags & NLM_F_ACK_TLVS) != 0) {
            // struct nlmsgerr: the errno, the header of the request, and unless capped the rest of it.
            int skip = 4;
            if (error && in.remaining() >= 4 + HEADER) {
                int echoed = (flags & NLM_F_CAPPED) != 0 ? HEADER : in.getInt(in.position() + 4);
                skip += echoed + 3 & ~3;
            }
            for (var a = new Attributes(in, skip); a.next(); ) {
                if (a.type() == NLMSGERR_ATTR_MSG) {
                    detail = a.text();
                }
            }
        }
        throw new SyscallException(call, subject, Errno.of(-result), detail);
    }
}
