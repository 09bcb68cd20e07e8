package io.lightvisor.cli.terminal;

/// What the C starter gives the command: it registers these functions before `main`, so nothing has to be loaded. Run
/// by
/// plain `java` (in tests) they are not there: [#isThere] tells.
///
/// A result below zero is a negative errno.
public final class Native {
    private static boolean there;

    private Native() {}

    /// Whether the functions are registered.
    public static boolean isThere() {
        return there;
    }

    /// Connects a unix stream socket. Answers its descriptor.
    static native int connect(byte[] path);

    /// read(2), again on EINTR. Answers 0 at the end.
    static native int read(int fd, byte[] into, int from, int length);

    /// write(2), until all is written.
    static native int write(int fd, byte[] bytes, int from, int length);

    /// shutdown(2) of both directions: wakes who reads.
    static native void shutdown(int fd);

    /// close(2).
    static native void close(int fd);

    /// isatty(3).
    static native boolean isTerminal(int fd);

    /// The size of a terminal as `columns << 16 | rows`.
    static native int size(int fd);

    /// Makes a terminal raw; it is restored by [#restore] and whenever the process ends.
    static native int raw(int fd);

    /// Gives a terminal its former mode back.
    static native void restore(int fd);

    /// Switches the echo of a terminal off or on.
    static native void echo(int fd, boolean on);

    /// Catches these signals from now on, for [#nextSignal].
    static native void watch(int[] signals);

    /// Waits for a caught signal. Answers its number.
    static native int nextSignal();

    /// strerror(3).
    static native String errorText(int errno);
}
