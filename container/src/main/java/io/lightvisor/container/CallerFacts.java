package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A thread that waits for the answer to its system call, as /proc tells.
///
/// @param thread       its id, as we see it
/// @param process      that it belongs to
/// @param userNamespace name of its user namespace
/// @param capabilities effective ones, in that user namespace
/// @param uid          for files, of the host
/// @param gid          for files, of the host
record CallerFacts(int thread, int process, String userNamespace, long capabilities, long uid, long gid, int umask) {
    private static final int AT_FDCWD = -100;
    private static final int LONGEST_PATH = 4096;

    static CallerFacts of(int thread) {
        int process = thread;
        long capabilities = 0;
        long uid = 0;
        long gid = 0;
        int umask = 022;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + thread + "/status"))) {
                if (line.startsWith("Tgid:")) {
                    process = Integer.parseInt(line.substring(5).strip());
                } else if (line.startsWith("CapEff:")) {
                    capabilities = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                } else if (line.startsWith("Umask:")) {
                    umask = Integer.parseInt(line.substring(6).strip(), 8);
                } else if (line.startsWith("Uid:")) {
                    uid = fourth(line.substring(4));
                } else if (line.startsWith("Gid:")) {
                    gid = fourth(line.substring(4));
                }
            }
            return new CallerFacts(thread, process, userNamespace(thread), capabilities, uid, gid, umask);
        } catch (IOException e) {
            throw gone(thread);
        }
    }

    static String userNamespace(int process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/user"))
                    .toString();
        } catch (IOException e) {
            throw gone(process);
        }
    }

    private static SyscallException gone(int thread) {
        return new SyscallException("read", "/proc/" + thread, Errno.ESRCH);
    }

    /// Real, effective, saved and the file system's.
    private static long fourth(String ids) {
        String[] words = ids.strip().split("\\s+");
        return Long.parseLong(words[3]);
    }

    boolean has(int capability) {
        return (capabilities >> capability & 1) != 0;
    }

    /// Its root folder.
    DirFd root() {
        return DirFd.of(Open.path("/proc/" + thread + "/root", OpenFlag.PATH, OpenFlag.DIRECTORY));
    }

    /// A path that it named, as one below its root; to be walked with [io.lightvisor.linux.fs.Resolve#IN_ROOT].
    ///
    /// @param directory a descriptor of it, or AT_FDCWD
    String below(String path, int directory) {
        if (path.startsWith("/")) {
            return path;
        }
        String link = directory == AT_FDCWD ? "cwd" : "fd/" + directory;
        try {
            String root =
                    Files.readSymbolicLink(Path.of("/proc/" + thread + "/root")).toString();
            String base = Files.readSymbolicLink(Path.of("/proc/" + thread + "/" + link))
                    .toString();
            if (!root.equals("/") && base.startsWith(root)) {
                base = base.substring(root.length());
            }
            if (!base.isEmpty() && !base.startsWith("/")) {
                throw new SyscallException("open", path, Errno.ENOTDIR);
            }
            return base + "/" + path;
        } catch (IOException e) {
            throw new SyscallException("open", path, Errno.EBADF);
        }
    }

    String below(String path) {
        return below(path, AT_FDCWD);
    }

    /// Text in its memory, up to a NUL.
    static String text(Fd memory, long address) {
        var bytes = new byte[LONGEST_PATH];
        int length = 0;
        while (length < bytes.length) {
            // A read may not reach over the end of what is mapped: page by page.
            var part = new byte[(int) Math.min(bytes.length - length, 4096 - (address + length & 4095))];
            int got = memory.pread(part, address + length);
            for (int i = 0; i < got; i++) {
                if (part[i] == 0) {
                    return new String(bytes, 0, length, StandardCharsets.UTF_8);
                }
                bytes[length++] = part[i];
            }
            if (got <= 0) {
                throw new SyscallException("read", "memory", Errno.EFAULT);
            }
        }
        throw new SyscallException("read", "memory", Errno.ENAMETOOLONG);
    }
}
