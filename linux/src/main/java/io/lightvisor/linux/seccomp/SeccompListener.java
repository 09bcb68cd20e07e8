package io.lightvisor.linux.seccomp;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.poll.Poller;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// The listening end of a seccomp program: system calls that the kernel holds until this end has answered.
///
///     while (listener.next() instanceof Optional<...> call && call.isPresent()) {
///         listener.refuse(call.get(), Errno.EPERM);          // or answer, or proceed
///     }
///
/// A process that waits for its answer may be killed, and its pid be used again. So whatever was opened by that pid
/// counts only if [#isWaiting] says yes afterwards.
///
/// Source: seccomp_unotify(2); Linux 5.5.
public final class SeccompListener implements AutoCloseable {
    /// "struct seccomp_notif", "struct seccomp_notif_resp", "struct seccomp_notif_addfd, include/uapi/linux/seccomp.h".
    private static final int NOTIF_SIZE = 80;

    private static final int RESPONSE_SIZE = 24;
    private static final int ADDFD_SIZE = 24;
    private static final long RECEIVE = 0xC0502100L;
    private static final long SEND = 0xC0182101L;
    private static final long ID_VALID = 0x40082102L;
    private static final long ADD_FD = 0x40182103L;
    private static final int CONTINUE = 1;
    private static final int ARGUMENTS = 6;
    private static final int O_CLOEXEC = 02000000;

    private final Fd fd;

    public SeccompListener(Fd fd) {
        this.fd = fd;
    }

    /// A system call that waits.
    ///
    /// @param pid    of the thread, as we see it
    /// @param number of the call, by the interface `arch`
    public record Call(long id, int pid, int number, int arch, long[] arguments) {
        /// Its place in a table of calls is the number; arguments are as in the manual page, from 0.
        public long argument(int index) {
            return arguments[index];
        }
    }

    /// Waits for the next call. Empty when no process is left that could make one. Holds a platform thread while the
    /// kernel looks for the call, so use one.
    public Optional<Call> next() throws InterruptedException {
        while (true) {
            Poller.shared().awaitReadable(fd);
            try (var scratch = Scratch.borrow()) {
                var room = scratch.allocate(NOTIF_SIZE);
                room.fill((byte) 0);
                long result = Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), RECEIVE, room.address());
                if (result >= 0) {
                    var arguments = new long[ARGUMENTS];
                    for (int i = 0; i < ARGUMENTS; i++) {
                        arguments[i] = room.get(ValueLayout.JAVA_LONG, 32 + 8L * i);
                    }
                    return Optional.of(new Call(
                            room.get(ValueLayout.JAVA_LONG, 0),
                            room.get(ValueLayout.JAVA_INT, 8),
                            room.get(ValueLayout.JAVA_INT, 16),
                            room.get(ValueLayout.JAVA_INT, 20),
                            arguments));
                }
                var failure = Syscalls.failure(result, "ioctl(2) SECCOMP_IOCTL_NOTIF_RECV", fd.what());
                if (!failure.is(Errno.ENOENT)) {
                    throw failure;
                }
                // Its caller was killed before we came, or there are no callers any more.
                if (isHungUp()) {
                    return Optional.empty();
                }
            }
        }
    }

    private boolean isHungUp() {
        try (var scratch = Scratch.borrow()) {
            // "struct pollfd": descriptor, wanted, happened; and no time to wait.
            var poll = scratch.allocate(8);
            var now = scratch.allocate(16);
            poll.set(ValueLayout.JAVA_INT, 0, Syscalls.number(fd));
            poll.set(ValueLayout.JAVA_INT, 4, 0);
            now.fill((byte) 0);
            long count = Syscalls.syscall(SyscallNumber.ppoll, poll.address(), 1, now.address(), 0, 0);
            return count > 0;
        }
    }

    /// Whether the call still waits: then its pid is still its own.
    public boolean isWaiting(Call call) {
        try (var scratch = Scratch.borrow()) {
            var id = scratch.allocate(8);
            id.set(ValueLayout.JAVA_LONG, 0, call.id());
            return Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), ID_VALID, id.address()) == 0;
        }
    }

    /// The call returns this.
    public void answer(Call call, long value) {
        send(call, value, 0, 0);
    }

    /// The call fails with this.
    public void refuse(Call call, Errno error) {
        send(call, 0, -error.number(), 0);
    }

    /// The kernel carries it out as if nobody had been asked. That decides nothing: what lies behind pointers may have
    /// changed, so only calls may go on that the kernel refuses by itself where they are not allowed.
    public void proceed(Call call) {
        send(call, 0, 0, CONTINUE);
    }

    /// Gives the caller a descriptor; the answer is its number there.
    public int give(Call call, Fd descriptor) {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(ADDFD_SIZE);
            room.fill((byte) 0);
            room.set(ValueLayout.JAVA_LONG, 0, call.id());
            room.set(ValueLayout.JAVA_INT, 12, Syscalls.number(descriptor));
            room.set(ValueLayout.JAVA_INT, 20, O_CLOEXEC);
            return (int) Syscalls.check(
                    Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), ADD_FD, room.address()),
                    "ioctl(2) SECCOMP_IOCTL_NOTIF_ADDFD",
                    fd.what());
        }
    }

    /// The memory of the caller, to read and write with positions as addresses. Check [#isWaiting] after this and
    /// before use.
    ///
    /// @throws SyscallException with `ENOENT` if it is gone
    public static Fd memory(Call call) {
        return Open.path("/proc/" + call.pid() + "/mem", OpenFlag.READ_WRITE);
    }

    @Override
    public void close() {
        fd.close();
    }

    /// A caller that is gone needs no answer: `ENOENT`.
    private void send(Call call, long value, int error, int flags) {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(RESPONSE_SIZE);
            room.set(ValueLayout.JAVA_LONG, 0, call.id());
            room.set(ValueLayout.JAVA_LONG, 8, value);
            room.set(ValueLayout.JAVA_INT, 16, error);
            room.set(ValueLayout.JAVA_INT, 20, flags);
            long result = Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), SEND, room.address());
            if (result < 0) {
                var failure = Syscalls.failure(result, "ioctl(2) SECCOMP_IOCTL_NOTIF_SEND", fd.what());
                if (!failure.is(Errno.ENOENT)) {
                    throw failure;
                }
            }
        }
    }
}
