package io.lightvisor.linux.fs;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import java.util.function.Function;

/// A tree that belongs to somebody else, who may change every part of every path while we walk it: the root of a guest.
/// Paths are those that a process inside would use, and lead nowhere else, whatever links and mounts are on the way
/// (openat2(2), `RESOLVE_IN_ROOT`).
///
/// Nothing is ever opened by its name but directories: an entry is first held ([Handle]), looked at, and opened by that
/// handle only if it is a plain file. So a pipe cannot make us wait, and a device is not touched. New files are made
/// with `O_EXCL`.
public final class ConfinedTree {
    private static final Resolve[] IN_ROOT = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};
    private static final int MAX_LINKS = 40; // as the kernel: path_resolution(7)
    private static final int MAX_RACES = 100;

    private final DirFd root;
    private final FsIdentity maker;

    /// @param root  its root; stays the caller's
    /// @param maker who owns what is made
    public ConfinedTree(DirFd root, FsIdentity maker) {
        this.root = root;
        this.maker = maker;
    }

    /// A new plain file, or one that was there.
    public record Opened(Fd file, boolean isNew) {}

    // ---- holding

    /// Holds what a path leads to.
    ///
    /// @param follow whether a link at its end is followed
    public Handle hold(String path, boolean follow) {
        return new Handle(
                follow
                        ? root.open(path, IN_ROOT, 0, OpenFlag.PATH)
                        : root.open(path, IN_ROOT, 0, OpenFlag.PATH, OpenFlag.NO_FOLLOW));
    }

    /// Opens a plain file to be read.
    ///
    /// @throws SyscallException with `EISDIR` for a directory, `ENXIO` for other things that are no plain file
    public static Fd openForReading(Handle handle) {
        requireFile(handle);
        return handle.reopen(OpenFlag.READ, OpenFlag.NON_BLOCKING);
    }

    /// Opens a plain file that is there, to be written.
    ///
    /// @param flags beside `NON_BLOCKING`
    /// @throws SyscallException as [#openForReading]; `EPERM` for files by which the kernel is set
    public static Fd openForWriting(Handle handle, OpenFlag... flags) {
        requireFile(handle);
        KernelFiles.refuseChange(handle.fd());
        var all = new OpenFlag[flags.length + 1];
        System.arraycopy(flags, 0, all, 0, flags.length);
        all[flags.length] = OpenFlag.NON_BLOCKING;
        return handle.reopen(all);
    }

    private static void requireFile(Handle handle) {
        FileStat stat = handle.stat();
        if (!stat.isFile()) {
            throw new SyscallException("open(2)", handle.toString(), stat.isDirectory() ? Errno.EISDIR : Errno.ENXIO);
        }
    }

    // ---- making

    /// Opens a file to be written, and makes it if it is not there; also at the end of a link that leads to nothing
    /// yet.
    ///
    /// @param mode  of a new file
    /// @param flags for one that is there: `WRITE`, `TRUNCATE`, ...
    public Opened openOrCreate(String path, int mode, OpenFlag... flags) {
        String at = path;
        for (int links = 0, races = 0; ; ) {
            try (var there = hold(at, true)) {
                return new Opened(openForWriting(there, flags), false);
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
            try {
                return new Opened(create(at, mode), true);
            } catch (SyscallException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
            }
            try (var link = hold(at, false)) {
                if (link.stat().isSymlink()) {
                    if (++links > MAX_LINKS) {
                        throw new SyscallException("open(2)", path, Errno.ELOOP);
                    }
                    at = target(at, link.readLink());
                    continue;
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
            // It came, or went, between our looks.
            if (++races > MAX_RACES) {
                throw new SyscallException("open(2)", path, Errno.EBUSY);
            }
        }
    }

    /// Makes a new plain file of this mode and opens it for reading and writing.
    public Fd create(String path, int mode) {
        if (path.endsWith("/")) {
            throw new SyscallException("open(2)", path, Errno.EISDIR);
        }
        return inParent(path, place -> maker.call(() -> place.folder().create(place.name(), mode)));
    }

    public void makeDirectory(String path, int mode) {
        inParent(path, place -> {
            maker.run(() -> place.folder().makeDirectory(place.name(), mode));
            return "";
        });
    }

    /// Makes a symbolic link at `path` that says `target`.
    public void makeSymlink(String path, String target) {
        inParent(path, place -> {
            maker.run(() -> place.folder().makeSymlink(place.name(), target));
            return "";
        });
    }

    /// Gives the file at `from`, itself if it is a link, one more name.
    public void link(String from, String to) {
        inParent(
                from,
                source -> inParent(to, target -> {
                    maker.run(() -> target.folder().link(target.name(), source.folder(), source.name()));
                    return "";
                }));
    }

    // ---- removing, moving

    /// Removes a file or an empty directory.
    public void remove(String path) {
        inParent(path, place -> {
            try {
                place.folder().unlink(place.name());
            } catch (SyscallException e) {
                // POSIX says EPERM of a directory, Linux EISDIR (unlink(2)).
                if (!e.is(Errno.EISDIR, Errno.EPERM)
                        || !place.folder().stat(place.name()).isDirectory()) {
                    throw e;
                }
                place.folder().removeDirectory(place.name());
            }
            return "";
        });
    }

    /// Removes a file, not a directory.
    public void removeFile(String path) {
        inParent(path, place -> {
            place.folder().unlink(place.name());
            return "";
        });
    }

    /// Removes an empty directory.
    public void removeDirectory(String path) {
        inParent(path, place -> {
            place.folder().removeDirectory(place.name());
            return "";
        });
    }

    /// Renames.
    ///
    /// @param replace whether what is at `to` goes; otherwise it is an `EEXIST`
    public void rename(String from, String to, boolean replace) {
        inParent(
                from,
                source -> inParent(to, target -> {
                    maker.run(() -> {
                        if (replace) {
                            source.folder().rename(source.name(), target.folder(), target.name());
                        } else {
                            source.folder().renameNew(source.name(), target.folder(), target.name());
                        }
                    });
                    return "";
                }));
    }

    // ---- paths

    private record Place(DirFd folder, String name) {}

    private <T> T inParent(String path, Function<Place, T> action) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        int slash = path.lastIndexOf('/', end - 1);
        String name = path.substring(slash + 1, end);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new SyscallException("change of a directory by its own path", path, Errno.EBUSY);
        }
        String parent = slash <= 0 ? "/" : path.substring(0, slash);
        try (var folder = DirFd.of(root.open(parent, IN_ROOT, 0, OpenFlag.PATH, OpenFlag.DIRECTORY))) {
            KernelFiles.refuseChange(folder.fd());
            return action.apply(new Place(folder, name));
        }
    }

    /// The path that a link at `path` leads to.
    public static String target(String path, String link) {
        return link.startsWith("/") ? link : path.substring(0, path.lastIndexOf('/') + 1) + link;
    }
}
