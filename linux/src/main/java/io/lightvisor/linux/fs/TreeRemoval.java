package io.lightvisor.linux.fs;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Removes a tree, depth first without recursion. One descriptor is open per level; a level below [#DEEPEST] is
/// moved up to the top and removed from there, so a guest cannot exhaust our descriptors by nesting.
final class TreeRemoval {
    private static final int AT_REMOVEDIR = 0x200;
    private static final int DEEPEST = 64;
    private static final int AGAIN_WHEN_FILLED = 16;
    private static final int RENAME_NOREPLACE = 1;
    private static final int ENOENT = 2;
    private static final int EPERM = 1;
    private static final int EISDIR = 21;
    private static final int ENOTDIR = 20;
    private static final int ENOTEMPTY = 39;
    private static final int FS_IOC_GETFLAGS = 0x80086601;
    private static final int FS_IOC_SETFLAGS = 0x40086602;
    private static final int FS_IMMUTABLE_FL = 0x10;
    private static final int FS_APPEND_FL = 0x20;
    private static final Resolve[] INSIDE = {Resolve.NO_XDEV, Resolve.NO_SYMLINKS};

    /// One directory being emptied.
    private static final class Level {
        final Fd fd;
        final byte[] name;
        /// Directories found in it, still to be removed.
        final Deque<byte[]> below = new ArrayDeque<>();

        int refills;

        Level(Fd fd, byte[] name) {
            this.fd = fd;
            this.name = name;
        }
    }

    private final Deque<Level> levels = new ArrayDeque<>();
    private int moved;

    private TreeRemoval() {}

    static boolean remove(Fd parent, String name) {
        var bytes = FileNames.encode(DirFd.component(name));
        long result = unlink(parent, bytes, 0);
        if (result == 0) {
            return true;
        }
        if (result == -ENOENT) {
            return false;
        }
        if (result != -EISDIR) {
            throw Syscalls.failure(result, "unlinkat(2)", name);
        }
        Fd top;
        try {
            top = Open.below(parent, name, INSIDE, 0, OpenFlag.READ, OpenFlag.DIRECTORY);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
        new TreeRemoval().empty(top, bytes);
        removeDirectory(parent, bytes);
        return true;
    }

    static void clear(Fd directory) {
        new TreeRemoval().empty(directory.dup(), FileNames.encode(directory.what()));
    }

    /// Empties the directory and closes it.
    private void empty(Fd top, byte[] name) {
        try {
            enter(top, name);
            while (!levels.isEmpty()) {
                var level = levels.getLast();
                var next = level.below.pollLast();
                if (next != null) {
                    descend(level, next);
                } else if (levels.size() == 1) {
                    levels.removeLast().fd.close();
                } else {
                    leave();
                }
            }
        } finally {
            levels.forEach(level -> level.fd.close());
        }
    }

    private void enter(Fd fd, byte[] name) {
        var level = new Level(fd, name);
        levels.addLast(level);
        unlinkFiles(level);
    }

    private void unlinkFiles(Level level) {
        try (var entries = DirReader.open(level.fd)) {
            while (entries.next()) {
                if (entries.kind() == DirReader.DT_DIR) {
                    level.below.add(entries.name());
                    continue;
                }
                var result = unlinkRaw(level.fd, entries.nameAddress(), 0);
                if (result == -EPERM) {
                    result = unlink(level.fd, entries.name(), 0);
                }
                if (result == -EISDIR) {
                    level.below.add(entries.name());
                } else if (result < 0 && result != -ENOENT) {
                    throw failure("unlinkat(2)", entries.name(), result);
                }
            }
        }
    }

    private void descend(Level level, byte[] name) {
        var text = FileNames.decode(name);
        if (levels.size() >= DEEPEST && moveUp(level, name)) {
            return;
        }
        try {
            enter(Open.below(level.fd, text, INSIDE, 0, OpenFlag.READ, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW), name);
        } catch (SyscallException e) {
            if (e.is(Errno.EXDEV)) {
                throw new SyscallException("removal of a mount point", path(text), Errno.EXDEV);
            }
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /// Moves a directory that lies too deep into the top one; false if it cannot be (on some layered file
    /// systems).
    private boolean moveUp(Level level, byte[] name) {
        var top = levels.getFirst();
        var to = FileNames.encode(".lightvisor-remove-" + moved++);
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(
                    SyscallNumber.renameat2,
                    Syscalls.number(level.fd),
                    scratch.cString(name).address(),
                    Syscalls.number(top.fd),
                    scratch.cString(to).address(),
                    RENAME_NOREPLACE);
            if (result < 0) {
                return false;
            }
        }
        top.below.add(to);
        return true;
    }

    /// Removes the directory that was emptied last.
    private void leave() {
        var level = levels.getLast();
        var parent = levels.stream().skip(levels.size() - 2L).findFirst().orElseThrow();
        long result = unlink(parent.fd, level.name, AT_REMOVEDIR);
        if (result == -ENOTEMPTY && level.refills++ < AGAIN_WHEN_FILLED) {
            // Somebody was still at work in it.
            unlinkFiles(level);
            return;
        }
        if (result < 0 && result != -ENOENT) {
            throw failure("unlinkat(2)", level.name, result);
        }
        levels.removeLast().fd.close();
    }

    private static void removeDirectory(Fd parent, byte[] name) {
        long result = unlink(parent, name, AT_REMOVEDIR);
        if (result < 0 && result != -ENOENT && result != -ENOTDIR) {
            throw Syscalls.failure(result, "unlinkat(2)", FileNames.decode(name));
        }
    }

    private static long unlink(Fd parent, byte[] name, int flags) {
        try (var scratch = Scratch.borrow()) {
            long address = scratch.cString(name).address();
            long result = unlinkRaw(parent, address, flags);
            if (result == -EPERM && makeMutable(parent, name)) {
                result = unlinkRaw(parent, address, flags);
            }
            return result;
        }
    }

    private static long unlinkRaw(Fd parent, long name, int flags) {
        return Syscalls.syscall(SyscallNumber.unlinkat, Syscalls.number(parent), name, flags);
    }

    /// Takes the immutable and append-only flags from an entry and its directory; whether any was set.
    private static boolean makeMutable(Fd parent, byte[] name) {
        boolean any = clearFlags(parent);
        try (var file = Open.below(
                parent, FileNames.decode(name), INSIDE, 0, OpenFlag.READ, OpenFlag.NO_FOLLOW, OpenFlag.NON_BLOCKING)) {
            any |= clearFlags(file);
        } catch (SyscallException e) {
            // A link, a socket, a device without driver: they cannot carry the flags themselves.
            return any;
        }
        return any;
    }

    private static boolean clearFlags(Fd file) {
        try (var scratch = Scratch.borrow()) {
            var flags = scratch.allocate(8);
            if (ioctl(file, FS_IOC_GETFLAGS, flags.address()) < 0) {
                return false;
            }
            int now = flags.get(ValueLayout.JAVA_INT, 0);
            int wanted = now & ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
            flags.set(ValueLayout.JAVA_INT, 0, wanted);
            return now != wanted && ioctl(file, FS_IOC_SETFLAGS, flags.address()) == 0;
        }
    }

    private static long ioctl(Fd file, int request, long argument) {
        return Syscalls.syscall(SyscallNumber.ioctl, Syscalls.number(file), request & 0xFFFFFFFFL, argument);
    }

    private SyscallException failure(String call, byte[] name, long result) {
        return Syscalls.failure(result, call, path(FileNames.decode(name)));
    }

    private String path(String last) {
        List<String> names = new ArrayList<>();
        levels.forEach(level -> names.add(FileNames.decode(level.name)));
        names.add(last);
        return String.join("/", names);
    }
}
