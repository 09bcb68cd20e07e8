package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;

/// Locks that belong to the open file, not to the process, so two parts of one process exclude each other as
/// well. They end with the last descriptor of that open file, whatever way its owner ends.
public final class FileLock {
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;
    private static final int F_OFD_SETLK = 37;
    private static final int F_RDLCK = 0;
    private static final int F_WRLCK = 1;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int FLOCK_SIZE = 32;

    private FileLock() {}

    /// Takes the lock of flock(2) for itself alone; false if another has it.
    public static boolean tryExclusive(Fd fd) {
        return flock(fd, LOCK_EX | LOCK_NB);
    }

    /// Takes the lock of flock(2) with others that only share it; false if one has it alone.
    public static boolean tryShared(Fd fd) {
        return flock(fd, LOCK_SH | LOCK_NB);
    }

    public static void unlock(Fd fd) {
        flock(fd, LOCK_UN);
    }

    /// Takes an open-file-description record lock on the whole file: fcntl(2), F_OFD_SETLK. False if another
    /// has it. Other programs that use fcntl locks respect it, which they do not with flock(2).
    public static boolean tryRecord(Fd fd, boolean exclusive) {
        try (var scratch = Scratch.borrow()) {
            var lock = scratch.allocate(FLOCK_SIZE);
            lock.set(ValueLayout.JAVA_SHORT, 0, (short) (exclusive ? F_WRLCK : F_RDLCK));
            long result = Syscalls.syscall(SyscallNumber.fcntl, Syscalls.number(fd), F_OFD_SETLK, lock.address());
            if (result == -EAGAIN || result == -EACCES) {
                return false;
            }
            Syscalls.check(result, "fcntl(2) F_OFD_SETLK", fd);
            return true;
        }
    }

    private static boolean flock(Fd fd, int operation) {
        long result = Syscalls.syscall(SyscallNumber.flock, Syscalls.number(fd), operation);
        if (result == -EAGAIN) {
            return false;
        }
        Syscalls.check(result, "flock(2)", fd);
        return true;
    }
}
