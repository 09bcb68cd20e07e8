package io.lightvisor.linux.fs;

import io.lightvisor.linux.SyscallException;

/// Whole directory trees.
public final class Trees {
    private Trees() {}

    /// What was copied.
    ///
    /// @param entries files, directories, links and nodes
    /// @param bytes of the files' contents, holes not counted
    public record Copied(long entries, long bytes) {}

    /// Copies everything below one directory into another, which must be empty: contents, owners, modes, times,
    /// extended attributes with ACLs and capabilities, hard links, symbolic links, FIFOs, sockets and device
    /// nodes, holes. The two directories themselves get the same attributes as well. Blocks are shared where
    /// the file system can (FICLONE).
    ///
    /// Links are never followed, and what is mounted on a directory of the source is left out. An entry that
    /// vanishes meanwhile is left out too. Big trees are copied by two threads.
    ///
    /// @throws SyscallException naming the entry; what was copied so far stays for the caller to remove
    public static Copied copy(DirFd from, DirFd to) throws InterruptedException {
        return new TreeCopy(from.fd(), to.fd()).run();
    }

    /// Removes an entry, and everything below if it is a directory. Links are removed, never followed;
    /// immutable files (chattr(1)) are made mutable first.
    ///
    /// @return whether there was one
    /// @throws SyscallException with `EXDEV` if something is mounted in it: that is never emptied
    public static boolean remove(DirFd parent, String name) {
        return TreeRemoval.remove(parent.fd(), name);
    }

    /// Removes everything in a directory, but not the directory itself.
    public static void clear(DirFd directory) {
        TreeRemoval.clear(directory.fd());
    }
}
