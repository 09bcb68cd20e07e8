package io.lightvisor.linux.pty;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Resolve;
import java.lang.foreign.ValueLayout;

/// A pseudo terminal: the master side, which we keep, and its number in its devpts.
public final class Pty implements AutoCloseable {
    private static final int TIOCGPTN = 0x80045430;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTPEER = 0x5441;
    private static final int O_RDWR_NOCTTY_CLOEXEC = 2 | 0400 | 02000000;

    private final Fd master;
    private final int number;

    private Pty(Fd master, int number) {
        this.master = master;
        this.number = number;
    }

    /// Opens a new terminal of the host.
    public static Pty open() {
        return of(Open.path("/dev/ptmx", OpenFlag.READ_WRITE, OpenFlag.NO_CONTROLLING_TTY));
    }

    /// Opens a new terminal in a devpts of a container, so that it has a name there.
    ///
    /// @param devpts the root of that file system
    public static Pty openIn(DirFd devpts) {
        return of(devpts.open(
                "ptmx",
                new Resolve[] {Resolve.BENEATH, Resolve.NO_SYMLINKS, Resolve.NO_XDEV},
                0,
                OpenFlag.READ_WRITE,
                OpenFlag.NO_CONTROLLING_TTY));
    }

    /// Takes over a master.
    public static Pty of(Fd master) {
        try (var scratch = Scratch.borrow()) {
            var value = scratch.allocate(4);
            ioctl(master, TIOCSPTLCK, value.address(), "TIOCSPTLCK");
            ioctl(master, TIOCGPTN, value.address(), "TIOCGPTN");
            return new Pty(master, value.get(ValueLayout.JAVA_INT, 0));
        } catch (RuntimeException e) {
            master.close();
            throw e;
        }
    }

    public Fd master() {
        return master;
    }

    /// N of `/dev/pts/N`.
    public int number() {
        return number;
    }

    /// Opens the other side without any path: ioctl_tty(2), TIOCGPTPEER, Linux 4.13.
    public Fd openPeer() {
        long result = ioctl(master, TIOCGPTPEER, O_RDWR_NOCTTY_CLOEXEC, "TIOCGPTPEER");
        return Syscalls.adopt((int) result, "pts " + number);
    }

    public void resize(WindowSize size) {
        Terminal.resize(master, size);
    }

    @Override
    public void close() {
        master.close();
    }

    private static long ioctl(Fd fd, int request, long argument, String name) {
        return Syscalls.check(
                Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), request & 0xFFFFFFFFL, argument),
                "ioctl(2) " + name,
                fd);
    }
}
