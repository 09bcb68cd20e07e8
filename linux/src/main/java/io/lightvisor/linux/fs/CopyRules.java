package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the threads of one copy have learned about the two file systems, and which files they have met.
final class CopyRules {
    /// Where the first name of a file with several is, by device and inode.
    record Inode(long device, long inode) {}

    final Fd root;
    /// Whether a new file belongs to us and has the mode asked for: not in a directory that hands down a group
    /// or an ACL.
    final boolean plain;

    volatile boolean clones = true;
    volatile boolean copiesRanges = true;
    volatile boolean hasXattrs = true;

    /// Guards the making of files with several names, so that the second finds the first.
    final Object linkLock = new Object();

    private final Map<Inode, String> links = new HashMap<>();

    CopyRules(Fd root) {
        this.root = root;
        this.plain = (root.stat().permissions() & 02000) == 0
                && Xattrs.get(root, "system.posix_acl_default").isEmpty();
    }

    /// Call with [#linkLock] held.
    @Nullable
    String firstName(Inode inode) {
        return links.get(inode);
    }

    /// Call with [#linkLock] held.
    void remember(Inode inode, String path) {
        links.put(inode, path);
    }
}
