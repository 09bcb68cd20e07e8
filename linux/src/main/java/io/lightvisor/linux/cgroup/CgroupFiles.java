package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reading and writing the little files of cgroupfs: one open, one call, one close.
final class CgroupFiles {
    private CgroupFiles() {}

    /// Empty if there is no such file, or its group has gone.
    static Optional<String> read(String path) {
        try (var fd = Open.path(path, OpenFlag.READ)) {
            return Optional.of(readAll(fd));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ENODEV) || e.is(Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The number in a file of one number; `max` is Long.MAX_VALUE. Empty if there is no such file.
    static OptionalLong readLong(String path) {
        var text = read(path);
        return text.isEmpty() ? OptionalLong.empty() : number(text.get().strip());
    }

    /// The number behind a key in a file of lines `key number`.
    static OptionalLong readLong(String path, String key) {
        var text = read(path);
        return text.isEmpty() ? OptionalLong.empty() : value(text.get(), key);
    }

    static OptionalLong value(String text, String key) {
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            if (text.startsWith(key, at) && at + key.length() < end && text.charAt(at + key.length()) == ' ') {
                return number(text.substring(at + key.length() + 1, end).strip());
            }
            at = end + 1;
        }
        return OptionalLong.empty();
    }

    static String readAll(Fd fd) {
        var buffer = NativeBuffers.borrow();
        try {
            var text = new StringBuilder();
            while (true) {
                int count = (int) Syscalls.check(Syscalls.read(fd, buffer, NativeBuffers.SIZE), "read(2)", fd);
                if (count == 0) {
                    return text.toString();
                }
                text.append(
                        new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
            }
        } finally {
            NativeBuffers.giveBack(buffer);
        }
    }

    /// Writes the whole text by one write(2), which is one order to the kernel.
    static void write(String path, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (var fd = Open.path(path, OpenFlag.WRITE)) {
            fd.write(bytes, 0, bytes.length);
        } catch (SyscallException e) {
            throw new SyscallException(e.call(), "'" + text + "' to " + path, e.errno());
        }
    }

    /// Writes each text by one write(2).
    static void writeAll(String path, List<String> texts) {
        try (var fd = Open.path(path, OpenFlag.WRITE)) {
            for (var text : texts) {
                var bytes = text.getBytes(StandardCharsets.US_ASCII);
                try {
                    fd.write(bytes, 0, bytes.length);
                } catch (SyscallException e) {
                    throw new SyscallException(e.call(), "'" + text + "' to " + path, e.errno());
                }
            }
        }
    }

    /// As [#write]; false if there is no such file.
    static boolean writeIfThere(String path, String text) {
        try {
            write(path, text);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static OptionalLong number(String text) {
        if (text.equals("max")) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            // Version 1 has unsigned numbers for "no limit", above the largest long.
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.MAX_VALUE);
        }
    }
}
