package io.lightvisor.linux.process;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.poll.Poller;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/// A handle on a process that stays its own even when the pid is used again: pidfd_open(2), Linux 5.3. Readable
/// once the process has ended, so anyone may wait for any process, child or not.
public final class Pidfd implements AutoCloseable {
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int SIGINFO_SIZE = 128;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    private final Fd fd;
    private final int pid;

    private Pidfd(Fd fd, int pid) {
        this.fd = fd;
        this.pid = pid;
    }

    /// Opens a handle.
    ///
    /// @throws SyscallException with `ESRCH` if there is no such process, `EINVAL` if the pid is a thread's
    public static Pidfd open(int pid) {
        long result = Syscalls.syscall(SyscallNumber.pidfd_open, pid, 0);
        return new Pidfd(Syscalls.fd(result, "pidfd_open(2)", "pid " + pid), pid);
    }

    /// Takes over a pidfd that came from elsewhere (a socket).
    ///
    /// @param pid as we see it
    public static Pidfd of(Fd fd, int pid) {
        return new Pidfd(fd, pid);
    }

    /// The pid in our pid namespace. It may belong to another process once this one is waited for.
    public int pid() {
        return pid;
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }

    /// Sends a signal: pidfd_send_signal(2). False if the process has ended and been waited for.
    public boolean signal(Signal signal) {
        return signal(signal.number());
    }

    /// As [#signal(Signal)], with any number from 1 to 64.
    public boolean signal(int number) {
        long result = Syscalls.syscall(SyscallNumber.pidfd_send_signal, Syscalls.number(fd), number, 0, 0);
        if (Errno.of((int) -result) == Errno.ESRCH) {
            return false;
        }
        Syscalls.check(result, "pidfd_send_signal(2)", "pid " + pid);
        return true;
    }

    /// Waits until the process has ended, whoever its parent is. Of a process with threads that is the last of
    /// them.
    public void awaitEnd() throws InterruptedException {
        Poller.shared().awaitReadable(fd);
    }

    /// As [#awaitEnd()]; false if the time is over first.
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return Poller.shared().awaitReadable(fd, atMost);
    }

    public boolean hasEnded() {
        return Poller.shared().isReadable(fd);
    }

    /// Waits for a child of ours to end and takes its status: waitid(2), P_PIDFD. After that the pid is free.
    ///
    /// @throws SyscallException with `ECHILD` if it is not our child, or its status was taken already
    public ExitStatus waitFor() throws InterruptedException {
        awaitEnd();
        return take(WEXITED | WNOHANG);
    }

    /// As [#waitFor()], but leaves the status for others to take.
    public ExitStatus peek() throws InterruptedException {
        awaitEnd();
        return take(WEXITED | WNOHANG | WNOWAIT);
    }

    /// A descriptor of the process, as our own: pidfd_getfd(2), Linux 5.6. Needs the right to trace it.
    public Fd takeDescriptor(int number) {
        long result = Syscalls.syscall(SyscallNumber.pidfd_getfd, Syscalls.number(fd), number, 0);
        return Syscalls.fd(result, "pidfd_getfd(2)", "descriptor " + number + " of pid " + pid);
    }

    @Override
    public String toString() {
        return "pid " + pid;
    }

    private ExitStatus take(int options) {
        try (var scratch = Scratch.borrow()) {
            var info = scratch.allocate(SIGINFO_SIZE);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.waitid, P_PIDFD, Syscalls.number(fd), info.address(), options, 0),
                    "waitid(2)",
                    "pid " + pid);
            // "struct siginfo": si_code 8, si_status 24.
            int code = info.get(ValueLayout.JAVA_INT, 8);
            int status = info.get(ValueLayout.JAVA_INT, 24);
            return code == CLD_EXITED
                    ? new ExitStatus.Exited(status)
                    : new ExitStatus.Killed(status, code == CLD_DUMPED);
        }
    }
}
