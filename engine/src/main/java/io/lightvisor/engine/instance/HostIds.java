package io.lightvisor.engine.instance;

import io.lightvisor.linux.process.UserNamespace;
import io.lightvisor.model.Idmap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The host's ids that containers may use: the range that `/etc/subuid` and `/etc/subgid` (subuid(5)) both
/// give to
/// root, or, where they give none,
/// 1000000000 ids from 1000000 on.
public record HostIds(long first, long count) {
    private static final HostIds WITHOUT_FILES = new HostIds(1_000_000, 1_000_000_000);

    /// A container needs 65536 ids to boot a distribution; smaller ranges are of no use.
    private static final long LEAST = 65536;

    /// The ids of this host, or of the container that the daemon is in.
    static HostIds ofThisHost() throws IOException {
        return UserNamespace.isNested()
                ? nested(
                        Files.readAllLines(Path.of("/proc/self/uid_map")),
                        Files.readAllLines(Path.of("/proc/self/gid_map")))
                : read(Path.of("/etc"));
    }

    /// Reads both files below `etc`.
    public static HostIds read(Path etc) throws IOException {
        var users = ranges(etc.resolve("subuid"));
        var groups = ranges(etc.resolve("subgid"));
        HostIds best = null;
        for (var u : users) {
            for (var g : groups) {
                long first = Math.max(u.first, g.first);
                long end = Math.min(u.first + u.count, g.first + g.count);
                if (end - first >= LEAST && (best == null || end - first > best.count)) {
                    best = new HostIds(first, end - first);
                }
            }
        }
        return best == null ? WITHOUT_FILES : best;
    }

    /// The ids of a daemon that is itself in a container: those that its own map has from 0 on. Nothing can be idmapped
    /// there (mount_setattr(2) wants rights over the file system itself), so its containers have user namespaces of
    /// their own in which every id is what it is outside.
    ///
    /// @param uidMap `/proc/self/uid_map`: lines of "inside outside count"
    /// @param gidMap `/proc/self/gid_map`
    static HostIds nested(List<String> uidMap, List<String> gidMap) {
        return new HostIds(0, Math.min(fromZero(uidMap), fromZero(gidMap)));
    }

    private static long fromZero(List<String> map) {
        long count = 0;
        for (var line : map) {
            var words = line.strip().split("\\s+");
            // The kernel lists a map by its lines, and those by the ids inside.
            if (Long.parseLong(words[0]) == count) {
                count += Long.parseLong(words[2]);
            }
        }
        return count;
    }

    private static List<HostIds> ranges(Path file) throws IOException {
        var found = new ArrayList<HostIds>();
        try {
            for (var line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("root:")) {
                    int colon = line.indexOf(':', 5);
                    if (colon > 0) {
                        addRange(
                                found,
                                line.substring(5, colon).strip(),
                                line.substring(colon + 1).strip());
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found;
    }

    private static void addRange(List<HostIds> found, String first, String count) {
        try {
            var range = new HostIds(Long.parseLong(first), Long.parseLong(count));
            if (range.first > 0 && range.count > 0 && range.first + range.count <= 0xFFFFFFFEL) {
                found.add(range);
            }
        } catch (NumberFormatException e) {
            // Another tool's malformed line says nothing about ours.
        }
    }

    /// All of it as one map.
    public Idmap idmap() {
        return Idmap.of(first, count);
    }
}
