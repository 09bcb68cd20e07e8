package io.lightvisor.linux.fs;

import io.lightvisor.linux.SyscallNumber;

/// How a file is opened: the flags of open(2). `O_CLOEXEC` is always set. Without `WRITE` or `READ_WRITE` for
/// reading.
public enum OpenFlag {
    READ(0, 0),
    WRITE(1, 1),
    READ_WRITE(2, 2),
    CREATE(0100, 0100),
    /// With `CREATE`: the file must be new.
    EXCLUSIVE(0200, 0200),
    NO_CONTROLLING_TTY(0400, 0400),
    TRUNCATE(01000, 01000),
    APPEND(02000, 02000),
    /// A FIFO or device does not make the open wait.
    NON_BLOCKING(04000, 04000),
    DATA_SYNC(010000, 010000),
    DIRECT(040000, 0200000),
    DIRECTORY(0200000, 040000),
    /// The last component must not be a symbolic link.
    NO_FOLLOW(0400000, 0100000),
    NO_ACCESS_TIME(01000000, 01000000),
    /// A handle on the place only: no permission on the file itself is needed, and no content can be read.
    PATH(010000000, 010000000),
    /// A file without a name in the directory given. Includes `DIRECTORY`, as open(2) wants.
    TEMPORARY(020000000 | 0200000, 020000000 | 040000);

    static final int O_CLOEXEC = 02000000;
    static final int O_CREAT = 0100;

    private final int bits;

    OpenFlag(int x86, int aarch64) {
        bits = SyscallNumber.x86() ? x86 : aarch64;
    }

    int bits() {
        return bits;
    }

    static int bits(OpenFlag... flags) {
        int all = O_CLOEXEC;
        for (var flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
