package io.lightvisor.linux.mount;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Mounts that have a place: mount(2), umount2(2), mount_setattr(2).
public final class Mounts {
    private static final int MS_RDONLY = 1;
    private static final int MS_NOSUID = 2;
    private static final int MS_NODEV = 4;
    private static final int MS_NOEXEC = 8;
    private static final int MS_NOATIME = 1024;
    private static final int MS_NODIRATIME = 2048;
    private static final int MS_STRICTATIME = 1 << 24;
    private static final int MS_NOSYMFOLLOW = 256;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;

    private Mounts() {}

    /// The classic mount(2).
    ///
    /// @param data the file system's own options, for example `size=64k,mode=0755`; may be empty
    public static void mount(String source, Path target, String type, Set<MountAttribute> attributes, String data) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.mount,
                            scratch.text(source),
                            scratch.text(target.toString()),
                            scratch.text(type),
                            classic(attributes),
                            data.isEmpty() ? 0 : scratch.text(data)),
                    "mount(2)",
                    type + " " + source + " on " + target);
        }
    }

    /// Shows what is at `source` also at `target`: a bind mount, made complete before it is seen.
    public static void bind(Path source, Path target, boolean recursive, Set<MountAttribute> attributes) {
        try (var copy = DetachedMount.copyOf(source, recursive)) {
            if (!attributes.isEmpty()) {
                copy.change(recursive, attributes, Set.of(), Optional.empty());
            }
            copy.attach(target);
        }
    }

    /// Changes the mount at a path; see [DetachedMount#change].
    public static void change(
            Path mount,
            boolean recursive,
            Set<MountAttribute> set,
            Set<MountAttribute> clear,
            Optional<Propagation> propagation) {
        try (var scratch = Scratch.borrow()) {
            long result = DetachedMount.setattr(
                    AT_FDCWD,
                    scratch.text(mount.toString()),
                    recursive ? AT_RECURSIVE : 0,
                    MountAttribute.bits(set),
                    clearBits(set, clear),
                    propagation.map(p -> p.bit).orElse(0),
                    null);
            Syscalls.check(result, "mount_setattr(2)", mount.toString());
        }
    }

    /// Unmounts; a link in the last component is not followed. `EBUSY` while it is in use.
    public static void unmount(Path target) {
        unmount(target, UMOUNT_NOFOLLOW);
    }

    /// Takes the mount away from its place at once; it ends when its last user is gone.
    public static void detach(Path target) {
        unmount(target, UMOUNT_NOFOLLOW | MNT_DETACH);
    }

    /// As [#detach], for every mount on this path; whether there was one. A path that is no mount point is left
    /// alone.
    public static boolean detachAll(Path target) {
        boolean any = false;
        while (true) {
            try {
                detach(target);
                any = true;
            } catch (SyscallException e) {
                if (e.is(Errno.EINVAL, Errno.ENOENT)) {
                    return any;
                }
                throw e;
            }
        }
    }

    static void setAttributes(
            Fd mount,
            boolean recursive,
            Set<MountAttribute> set,
            Set<MountAttribute> clear,
            @Nullable Propagation propagation,
            @Nullable Fd userNamespace) {
        try (var scratch = Scratch.borrow()) {
            long result = DetachedMount.setattr(
                    Syscalls.number(mount),
                    scratch.text(""),
                    AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                    MountAttribute.bits(set) | (userNamespace == null ? 0 : MountAttribute.IDMAP),
                    clearBits(set, clear),
                    propagation == null ? 0 : propagation.bit,
                    userNamespace);
            Syscalls.check(result, "mount_setattr(2)", mount);
        }
    }

    /// Access-time modes are one field: whoever sets one must clear the field (mount_setattr(2),
    /// "MOUNT_ATTR__ATIME").
    private static long clearBits(Set<MountAttribute> set, Set<MountAttribute> clear) {
        long bits = MountAttribute.bits(clear);
        long access = MountAttribute.ATIME_MASK;
        return (MountAttribute.bits(set) & access) != 0 || (bits & access) != 0 ? bits | access : bits;
    }

    private static long classic(Set<MountAttribute> attributes) {
        long flags = 0;
        for (var attribute : attributes) {
            flags |= switch (attribute) {
                case READ_ONLY -> MS_RDONLY;
                case NO_SUID -> MS_NOSUID;
                case NO_DEVICES -> MS_NODEV;
                case NO_EXEC -> MS_NOEXEC;
                case NO_ACCESS_TIME -> MS_NOATIME;
                case STRICT_ACCESS_TIME -> MS_STRICTATIME;
                case NO_DIRECTORY_ACCESS_TIME -> MS_NODIRATIME;
                case NO_SYMLINK_FOLLOW -> MS_NOSYMFOLLOW;
            };
        }
        return flags;
    }

    private static void unmount(Path target, int flags) {
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.umount2, scratch.text(target.toString()), flags),
                    "umount2(2)",
                    target.toString());
        }
    }
}
