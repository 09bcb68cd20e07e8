package io.lightvisor.linux.pty;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What can be done to any terminal, either side: size and line discipline. Source: ioctl_tty(2), termios(3).
public final class Terminal {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCSWINSZ = 0x5414;

    /// "struct termios, include/uapi/asm-generic/termbits.h": iflag 0, oflag 4, cflag 8, lflag 12, line 16, cc
    /// 17.
    private static final int TERMIOS_SIZE = 64;

    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;

    private Terminal() {}

    /// The settings of a terminal, to be put back by [#restore].
    public static final class Settings {
        private final byte[] termios;

        private Settings(byte[] termios) {
            this.termios = termios;
        }
    }

    public static boolean isTerminal(Fd fd) {
        try (var scratch = Scratch.borrow()) {
            return Syscalls.syscall(
                            SyscallNumber.ioctl,
                            Syscalls.number(fd),
                            TCGETS,
                            scratch.allocate(TERMIOS_SIZE).address())
                    == 0;
        }
    }

    public static WindowSize size(Fd fd) {
        try (var scratch = Scratch.borrow()) {
            var size = scratch.allocate(8);
            ioctl(fd, TIOCGWINSZ, size, "TIOCGWINSZ");
            return new WindowSize(
                    size.get(ValueLayout.JAVA_SHORT, 2) & 0xFFFF, size.get(ValueLayout.JAVA_SHORT, 0) & 0xFFFF);
        }
    }

    /// Sets the size; the foreground processes get SIGWINCH if it is another.
    public static void resize(Fd fd, WindowSize window) {
        try (var scratch = Scratch.borrow()) {
            var size = scratch.allocate(8);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) window.rows());
            size.set(ValueLayout.JAVA_SHORT, 2, (short) window.columns());
            ioctl(fd, TIOCSWINSZ, size, "TIOCSWINSZ");
        }
    }

    /// Makes the terminal pass every byte as it is: cfmakeraw(3). Returns what was set before.
    public static Settings makeRaw(Fd fd) {
        try (var scratch = Scratch.borrow()) {
            var termios = scratch.allocate(TERMIOS_SIZE);
            ioctl(fd, TCGETS, termios, "TCGETS");
            var before = new Settings(termios.toArray(ValueLayout.JAVA_BYTE));
            // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
            clear(termios, 0, 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400);
            // OPOST
            clear(termios, 4, 0x1);
            // CSIZE PARENB, then CS8
            clear(termios, 8, 0x30 | 0x100);
            termios.set(ValueLayout.JAVA_INT, 8, termios.get(ValueLayout.JAVA_INT, 8) | 0x30);
            // ECHO ECHONL ICANON ISIG IEXTEN
            clear(termios, 12, 0x8 | 0x40 | 0x2 | 0x1 | 0x8000);
            termios.set(ValueLayout.JAVA_BYTE, VMIN, (byte) 1);
            termios.set(ValueLayout.JAVA_BYTE, VTIME, (byte) 0);
            ioctl(fd, TCSETS, termios, "TCSETS");
            return before;
        }
    }

    public static void restore(Fd fd, Settings settings) {
        try (var scratch = Scratch.borrow()) {
            ioctl(fd, TCSETS, scratch.bytes(settings.termios), "TCSETS");
        }
    }

    private static void clear(MemorySegment termios, int at, int bits) {
        termios.set(ValueLayout.JAVA_INT, at, termios.get(ValueLayout.JAVA_INT, at) & ~bits);
    }

    private static void ioctl(Fd fd, int request, MemorySegment argument, String name) {
        Syscalls.check(
                Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(fd), request, argument.address()),
                "ioctl(2) " + name,
                fd);
    }
}
