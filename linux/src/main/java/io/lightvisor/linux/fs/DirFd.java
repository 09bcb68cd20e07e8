package io.lightvisor.linux.fs;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An open directory. Whatever happens to its path, operations stay in this directory.
///
/// A *name* is one component: not empty, no `/`, not `.` or `..`; links are never followed. A *path* goes
/// deeper, by openat2(2) with the rules given.
public final class DirFd implements AutoCloseable {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_FDCWD = -100;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int PATH_MAX = 4096;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;
    private static final int O_NOFOLLOW = OpenFlag.NO_FOLLOW.bits();
    private static final int O_DIRECTORY = OpenFlag.DIRECTORY.bits();

    private final Fd fd;

    private DirFd(Fd fd) {
        this.fd = fd;
    }

    /// Opens a directory of the host by path.
    public static DirFd open(Path path) {
        return new DirFd(Open.path(path, OpenFlag.READ, OpenFlag.DIRECTORY));
    }

    /// Takes over a descriptor that is a directory (a detached mount, one received from a socket).
    public static DirFd of(Fd fd) {
        return new DirFd(fd);
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }

    // ---- opening

    /// Opens a directory below, walking by the rules; without rules links lead anywhere on the host.
    public DirFd openDirectory(String path, Resolve... rules) {
        return new DirFd(Open.below(fd, path, rules, 0, OpenFlag.READ, OpenFlag.DIRECTORY));
    }

    /// Opens a file below, walking by the rules. See [Open#below].
    public Fd open(String path, Resolve[] rules, int mode, OpenFlag... flags) {
        return Open.below(fd, path, rules, mode, flags);
    }

    /// Opens the entry of this name; a link is refused with `ELOOP` (unless `PATH`: then the link itself is
    /// opened).
    public Fd openEntry(String name, OpenFlag... flags) {
        return Open.below(fd, component(name), OpenFlag.bits(flags) | O_NOFOLLOW, 0, 0);
    }

    /// Makes a new file of exactly this mode and opens it for reading and writing.
    ///
    /// @throws SyscallException with `EEXIST` if the name is taken
    public Fd create(String name, int mode) {
        return Open.below(
                fd,
                component(name),
                new Resolve[0],
                mode,
                OpenFlag.READ_WRITE,
                OpenFlag.CREATE,
                OpenFlag.EXCLUSIVE,
                OpenFlag.NO_FOLLOW);
    }

    /// Opens the directory of this name, which may not be a link.
    public DirFd openChild(String name) {
        return new DirFd(Open.below(fd, component(name), O_NOFOLLOW | O_DIRECTORY | OpenFlag.O_CLOEXEC, 0, 0));
    }

    // ---- making

    /// Makes a directory of exactly this mode, whatever the umask says: mkdirat(2).
    public void makeDirectory(String name, int mode) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.mkdirat, at(), scratch.text(component(name)), mode),
                    "mkdirat(2)",
                    name);
        }
        if (Umask.takes(mode)) {
            chmod(name, mode);
        }
    }

    /// Makes the directories of a path that are missing, following no link, and opens the last.
    public DirFd makeDirectories(String path, int mode) {
        var at = this;
        try {
            for (var name : path.split("/", -1)) {
                if (name.isEmpty()) {
                    continue;
                }
                try {
                    at.makeDirectory(name, mode);
                } catch (SyscallException e) {
                    if (!e.is(Errno.EEXIST)) {
                        throw e;
                    }
                }
                var next = at.openChild(name);
                if (at != this) {
                    at.close();
                }
                at = next;
            }
            return at == this ? new DirFd(fd.dup()) : at;
        } catch (RuntimeException e) {
            if (at != this) {
                at.close();
            }
            throw e;
        }
    }

    /// Makes a symbolic link: symlinkat(2).
    public void makeSymlink(String name, String target) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.symlinkat, scratch.text(target), at(), scratch.text(component(name))),
                    "symlinkat(2)",
                    name);
        }
    }

    /// Gives the open file another name here: linkat(2). It may be one without any name (`TEMPORARY`).
    public void link(String name, Fd file) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.linkat,
                            Syscalls.number(file),
                            scratch.text(""),
                            at(),
                            scratch.text(component(name)),
                            AT_EMPTY_PATH),
                    "linkat(2)",
                    name);
        }
    }

    /// Gives a file another name: linkat(2). A link is linked itself.
    public void link(String name, DirFd fromDirectory, String fromName) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.linkat,
                            fromDirectory.at(),
                            scratch.text(component(fromName)),
                            at(),
                            scratch.text(component(name)),
                            0),
                    "linkat(2)",
                    name);
        }
    }

    /// Makes a FIFO, socket or device node: mknodat(2).
    ///
    /// @param mode type and permissions, for example 0020666 for a character device; the permissions exactly so
    public void makeNode(String name, int mode, int major, int minor) {
        long device = (minor & 0xffL) | ((major & 0xfffL) << 8) | ((minor & ~0xffL) << 12);
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.mknodat, at(), scratch.text(component(name)), mode, device),
                    "mknodat(2)",
                    name);
        }
        if (Umask.takes(mode & 07777)) {
            chmod(name, mode & 07777);
        }
    }

    // ---- changing

    /// Renames within or between directories, replacing what is there: renameat2(2).
    public void rename(String name, DirFd toDirectory, String toName) {
        rename(name, toDirectory, toName, 0);
    }

    /// As [#rename(String,DirFd,String)], but with `EEXIST` if the new name is taken.
    public void renameNew(String name, DirFd toDirectory, String toName) {
        rename(name, toDirectory, toName, RENAME_NOREPLACE);
    }

    /// Swaps two entries in one step.
    public void exchange(String name, DirFd otherDirectory, String otherName) {
        rename(name, otherDirectory, otherName, RENAME_EXCHANGE);
    }

    /// Removes a file: unlinkat(2).
    public void unlink(String name) {
        unlink(name, 0);
    }

    /// Removes an empty directory.
    public void removeDirectory(String name) {
        unlink(name, AT_REMOVEDIR);
    }

    /// Removes a file if it is there; whether it was.
    public boolean unlinkIfExists(String name) {
        try {
            unlink(name, 0);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /// Sets the owner of an entry, of the link itself if it is one: fchownat(2). -1 leaves a side as it is.
    public void chown(String name, int uid, int gid) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.fchownat,
                            at(),
                            scratch.text(component(name)),
                            uid & 0xFFFFFFFFL,
                            gid & 0xFFFFFFFFL,
                            AT_SYMLINK_NOFOLLOW),
                    "fchownat(2)",
                    name);
        }
    }

    /// Sets the permissions of an entry that is no link: fchmodat2(2), Linux 6.6, or by /proc before.
    public void chmod(String name, int mode) {
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(
                    SyscallNumber.fchmodat2, at(), scratch.text(component(name)), mode, AT_SYMLINK_NOFOLLOW);
            if (result == -ENOSYS) {
                try (var file = openEntry(name, OpenFlag.PATH)) {
                    if (file.stat().isSymlink()) {
                        throw Syscalls.failure(-EOPNOTSUPP, "fchmodat(2)", name);
                    }
                    long path = scratch.text("/proc/self/fd/" + Syscalls.number(file));
                    result = Syscalls.syscall(SyscallNumber.fchmodat, AT_FDCWD, path, mode);
                }
            }
            Syscalls.check(result, "fchmodat2(2)", name);
        }
    }

    /// Sets the times of an entry, of the link itself if it is one: utimensat(2).
    public void setTimes(String name, Instant accessed, Instant modified) {
        try (var scratch = Scratch.borrow()) {
            var times = scratch.allocate(32);
            times.set(ValueLayout.JAVA_LONG, 0, accessed.getEpochSecond());
            times.set(ValueLayout.JAVA_LONG, 8, accessed.getNano());
            times.set(ValueLayout.JAVA_LONG, 16, modified.getEpochSecond());
            times.set(ValueLayout.JAVA_LONG, 24, modified.getNano());
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.utimensat,
                            at(),
                            scratch.text(component(name)),
                            times.address(),
                            AT_SYMLINK_NOFOLLOW),
                    "utimensat(2)",
                    name);
        }
    }

    // ---- asking

    /// What an entry is; a link is not followed.
    ///
    /// @throws SyscallException with `ENOENT` if there is none
    public FileStat stat(String name) {
        return FileStat.at(fd, component(name));
    }

    /// As [#stat], empty if there is no such entry.
    public Optional<FileStat> findStat(String name) {
        try {
            return Optional.of(stat(name));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public boolean exists(String name) {
        try (var scratch = Scratch.borrow()) {
            return Syscalls.syscall(
                            SyscallNumber.faccessat2, at(), scratch.text(component(name)), 0, AT_SYMLINK_NOFOLLOW)
                    == 0;
        }
    }

    /// Where a symbolic link points: readlinkat(2).
    public String readLink(String name) {
        try (var scratch = Scratch.borrow()) {
            var room = scratch.allocate(PATH_MAX);
            long length = Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.readlinkat, at(), scratch.text(component(name)), room.address(), PATH_MAX),
                    "readlinkat(2)",
                    name);
            return FileNames.decode(room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /// All entries but `.` and `..`, in the order of the file system: getdents64(2).
    public List<DirEntry> list() {
        var found = new ArrayList<DirEntry>();
        try (var entries = DirReader.open(fd)) {
            while (entries.next()) {
                found.add(new DirEntry(FileNames.decode(entries.name()), entries.inode(), entries.type()));
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return fd.what();
    }

    /// The name, if it is one component.
    ///
    /// @throws IllegalArgumentException if it could lead anywhere else
    static String component(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not a single name: '" + name + "'");
        }
        return name;
    }

    private int at() {
        return Syscalls.number(fd);
    }

    private void rename(String name, DirFd to, String toName, int flags) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.renameat2,
                            at(),
                            scratch.text(component(name)),
                            to.at(),
                            scratch.text(component(toName)),
                            flags),
                    "renameat2(2)",
                    name + " to " + toName);
        }
    }

    private void unlink(String name, int flags) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.unlinkat, at(), scratch.text(component(name)), flags),
                    "unlinkat(2)",
                    name);
        }
    }
}
