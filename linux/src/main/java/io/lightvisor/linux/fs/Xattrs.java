package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Extended attributes: xattr(7). Of an open file, or of an entry of a directory (of the link itself if it is
/// one).
public final class Xattrs {
    private static final int ENODATA = 61;
    private static final int ERANGE = 34;
    private static final int EOPNOTSUPP = 95;
    /// A value fits in here nearly always; the kernel's limit is 64 KiB.
    private static final int FIRST_TRY = 1024;

    private static final int LIMIT = 64 * 1024;

    private Xattrs() {}

    /// The value; empty if the file has no such attribute, or the file system none at all.
    public static Optional<byte[]> get(Fd file, String attribute) {
        return get(path(file), file.what(), attribute);
    }

    /// As [#get(Fd,String)].
    public static Optional<byte[]> get(DirFd directory, String name, String attribute) {
        return get(path(directory, name), name, attribute);
    }

    /// Sets an attribute, whether it is there or not.
    public static void set(Fd file, String attribute, byte[] value) {
        set(path(file), file.what(), attribute, value);
    }

    /// As [#set(Fd,String,byte[])].
    public static void set(DirFd directory, String name, String attribute, byte[] value) {
        set(path(directory, name), name, attribute, value);
    }

    /// The names of all attributes that we may see.
    public static List<String> list(Fd file) {
        return list(path(file), file.what());
    }

    /// As [#list(Fd)].
    public static List<String> list(DirFd directory, String name) {
        return list(path(directory, name), name);
    }

    /// Removes an attribute; whether it was there.
    public static boolean remove(Fd file, String attribute) {
        return remove(path(file), file.what(), attribute);
    }

    /// As [#remove(Fd,String)].
    public static boolean remove(DirFd directory, String name, String attribute) {
        return remove(path(directory, name), name, attribute);
    }

    // By way of /proc/self/fd: the f-calls refuse a PATH handle, and getxattrat(2) is only there since Linux 6.13.
    // The link of an open file is followed, an entry is not.

    private record Place(String path, boolean follow) {}

    private static Place path(Fd file) {
        return new Place("/proc/self/fd/" + Syscalls.number(file), true);
    }

    private static Place path(DirFd directory, String name) {
        return new Place("/proc/self/fd/" + Syscalls.number(directory.fd()) + "/" + DirFd.component(name), false);
    }

    private static Optional<byte[]> get(Place place, String subject, String attribute) {
        int number = place.follow ? SyscallNumber.getxattr : SyscallNumber.lgetxattr;
        try (var scratch = Scratch.borrow()) {
            long path = scratch.text(place.path);
            long name = scratch.text(attribute);
            MemorySegment room = scratch.allocate(FIRST_TRY);
            long length = Syscalls.syscall(number, path, name, room.address(), FIRST_TRY);
            if (length == -ERANGE) {
                room = scratch.allocate(LIMIT);
                length = Syscalls.syscall(number, path, name, room.address(), LIMIT);
            }
            if (length == -ENODATA || length == -EOPNOTSUPP) {
                return Optional.empty();
            }
            Syscalls.check(length, "getxattr(2) " + attribute, subject);
            return Optional.of(room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static void set(Place place, String subject, String attribute, byte[] value) {
        int number = place.follow ? SyscallNumber.setxattr : SyscallNumber.lsetxattr;
        try (var scratch = Scratch.borrow()) {
            Syscalls.check(
                    Syscalls.syscall(
                            number,
                            scratch.text(place.path),
                            scratch.text(attribute),
                            scratch.bytes(value).address(),
                            value.length,
                            0),
                    "setxattr(2) " + attribute,
                    subject);
        }
    }

    private static List<String> list(Place place, String subject) {
        int number = place.follow ? SyscallNumber.listxattr : SyscallNumber.llistxattr;
        try (var scratch = Scratch.borrow()) {
            long path = scratch.text(place.path);
            MemorySegment room = scratch.allocate(FIRST_TRY);
            long length = Syscalls.syscall(number, path, room.address(), FIRST_TRY);
            if (length == -ERANGE) {
                room = scratch.allocate(LIMIT);
                length = Syscalls.syscall(number, path, room.address(), LIMIT);
            }
            if (length == -EOPNOTSUPP) {
                return List.of();
            }
            Syscalls.check(length, "listxattr(2)", subject);
            var names = new ArrayList<String>();
            int from = 0;
            var bytes = room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == 0) {
                    names.add(FileNames.decode(java.util.Arrays.copyOfRange(bytes, from, i)));
                    from = i + 1;
                }
            }
            return names;
        }
    }

    private static boolean remove(Place place, String subject, String attribute) {
        int number = place.follow ? SyscallNumber.removexattr : SyscallNumber.lremovexattr;
        try (var scratch = Scratch.borrow()) {
            long result = Syscalls.syscall(number, scratch.text(place.path), scratch.text(attribute));
            if (result == -ENODATA) {
                return false;
            }
            Syscalls.check(result, "removexattr(2) " + attribute, subject);
            return true;
        }
    }
}
