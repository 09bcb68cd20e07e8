package io.lightvisor.linux.mount;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.DirFd;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A mount, or a tree of them, held by descriptor. Until it is attached nobody else sees it, and closing it
/// unmounts it; once attached, closing only gives up the handle. It can be used as a directory meanwhile.
///
/// Source: open_tree(2), move_mount(2), mount_setattr(2); Linux 5.2 and 5.12.
public final class DetachedMount implements AutoCloseable {
    private static final int OPEN_TREE_CLONE = 1;
    private static final int OPEN_TREE_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int MOUNT_ATTR_SIZE = 32;

    private final Fd fd;

    private DetachedMount(Fd fd) {
        this.fd = fd;
    }

    /// Takes over a descriptor of a mount.
    public static DetachedMount of(Fd fd) {
        return new DetachedMount(fd);
    }

    /// A copy of the mount at this path, from this path down: the first half of a bind mount. A link is
    /// followed.
    ///
    /// @param recursive with the mounts below, as `mount --rbind` does
    public static DetachedMount copyOf(Path path, boolean recursive) {
        return copy(AT_FDCWD, path.toString(), recursive, 0);
    }

    /// A copy of the mount from the open file or directory down. A `PATH` handle will do.
    public static DetachedMount copyOf(Fd file, boolean recursive) {
        return copy(Syscalls.number(file), "", recursive, AT_EMPTY_PATH);
    }

    public Fd fd() {
        return fd;
    }

    /// The mount as a directory; its descriptor is this one's, so close only one of them.
    public DirFd directory() {
        return DirFd.of(fd);
    }

    /// Sets and clears attributes, then the propagation: mount_setattr(2).
    ///
    /// @param recursive also for all mounts below
    public DetachedMount change(
            boolean recursive, Set<MountAttribute> set, Set<MountAttribute> clear, Optional<Propagation> propagation) {
        Mounts.setAttributes(fd, recursive, set, clear, propagation.orElse(null), null);
        return this;
    }

    /// Shows every file with the owner that the user namespace maps it to: an id that is 0 on disk and 0 inside
    /// the namespace appears to the host as the one that 0 is mapped to. Only for mounts not yet attached, and
    /// only once. `EINVAL` if the file system cannot be idmapped.
    public DetachedMount idmap(Fd userNamespace, boolean recursive) {
        Mounts.setAttributes(fd, recursive, Set.of(), Set.of(), null, userNamespace);
        return this;
    }

    /// Puts the mount on a path of the host: move_mount(2).
    public void attach(Path target) {
        try (var scratch = Scratch.borrow()) {
            move(AT_FDCWD, scratch.text(target.toString()), MOVE_MOUNT_F_EMPTY_PATH, target.toString(), scratch);
        }
    }

    /// Puts the mount on an open file or directory.
    public void attach(Fd target) {
        try (var scratch = Scratch.borrow()) {
            int flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
            move(Syscalls.number(target), scratch.text(""), flags, target.what(), scratch);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    private void move(int directory, long path, int flags, String target, Scratch scratch) {
        Syscalls.check(
                Syscalls.syscall(
                        SyscallNumber.move_mount, Syscalls.number(fd), scratch.text(""), directory, path, flags),
                "move_mount(2)",
                fd.what() + " to " + target);
    }

    private static DetachedMount copy(int directory, String path, boolean recursive, int more) {
        int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | more | (recursive ? AT_RECURSIVE : 0);
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(SyscallNumber.open_tree, directory, scratch.text(path), flags);
            return new DetachedMount(Syscalls.fd(result, "open_tree(2)", path.isEmpty() ? "copy of a mount" : path));
        }
    }

    /// "struct mount_attr, include/uapi/linux/mount.h": attr_set, attr_clr, propagation, userns_fd.
    static long setattr(
            int directory, long path, int flags, long set, long clear, int propagation, @Nullable Fd userNamespace) {
        try (var scratch = Scratch.borrow()) {
            var attr = scratch.allocate(MOUNT_ATTR_SIZE);
            attr.set(ValueLayout.JAVA_LONG, 0, set);
            attr.set(ValueLayout.JAVA_LONG, 8, clear);
            attr.set(ValueLayout.JAVA_LONG, 16, propagation);
            attr.set(ValueLayout.JAVA_LONG, 24, userNamespace == null ? 0 : Syscalls.number(userNamespace));
            return Syscalls.syscall(
                    SyscallNumber.mount_setattr,
                    directory,
                    path,
                    flags | AT_SYMLINK_NOFOLLOW,
                    attr.address(),
                    MOUNT_ATTR_SIZE);
        }
    }
}
