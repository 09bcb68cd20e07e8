package io.lightvisor.linux.process;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The user namespace of a process. A JVM can neither make nor enter one; the launcher's child makes it, and
/// its maps are written from here: once each, and before anyone in it may use another id.
public final class UserNamespace implements AutoCloseable {
    private final Fd fd;

    private UserNamespace(Fd fd) {
        this.fd = fd;
    }

    /// The user namespace that a process is in now. Open it by pid while a pidfd of the process is held, so
    /// that the pid is surely its own.
    public static UserNamespace of(int pid) {
        return new UserNamespace(Namespace.USER.of(pid));
    }

    /// Takes over a descriptor of one.
    public static UserNamespace of(Fd fd) {
        return new UserNamespace(fd);
    }

    /// Whether this process is in another user namespace than the host's first: then its root is not the host's.
    /// user_namespaces(7): the first one maps all ids to themselves.
    public static boolean isNested() {
        return Own.NESTED;
    }

    private static final class Own {
        static final boolean NESTED =
                !firstLine().strip().replaceAll("\\s+", " ").equals("0 0 4294967295");

        private static String firstLine() {
            try {
                return Files.readAllLines(Path.of("/proc/self/uid_map")).getFirst();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// For idmapped mounts: see [io.lightvisor.linux.mount.DetachedMount#idmap].
    public Fd fd() {
        return fd;
    }

    /// Writes both maps of the namespace that a process is in. Needs CAP_SETUID and CAP_SETGID in its parent
    /// namespace.
    public static void writeMaps(int pid, List<IdMapEntry> uids, List<IdMapEntry> gids) {
        writeUidMap(pid, uids);
        writeGidMap(pid, gids);
    }

    public static void writeUidMap(int pid, List<IdMapEntry> entries) {
        write("/proc/" + pid + "/uid_map", entries);
    }

    public static void writeGidMap(int pid, List<IdMapEntry> entries) {
        write("/proc/" + pid + "/gid_map", entries);
    }

    /// Forbids setgroups(2) in the namespace, for good; an unprivileged writer must before it writes the gid
    /// map.
    public static void denySetgroups(int pid) {
        try (var file = Open.path("/proc/" + pid + "/setgroups", OpenFlag.WRITE)) {
            file.writeAll("deny".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    private static void write(String path, List<IdMapEntry> entries) {
        var text = new StringBuilder();
        for (var entry : entries) {
            text.append(entry.inside())
                    .append(' ')
                    .append(entry.outside())
                    .append(' ')
                    .append(entry.count())
                    .append('\n');
        }
        var bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        try (var file = Open.path(path, OpenFlag.WRITE)) {
            // All lines in one write: the kernel takes no second one (user_namespaces(7)).
            file.write(bytes, 0, bytes.length);
        }
    }
}
