/// Files and directories by descriptor: what is opened once cannot be swapped under us.
///
///     Open        opens a path of the host, or any path safely below a directory (openat2(2))
///     DirFd       a directory; its entries by name, one component at a time
///     Trees       whole trees: copy, remove
///     Xattrs, Memfd, FileLock, FileSystemStat, Inotify
@NullMarked
package io.lightvisor.linux.fs;

import org.jspecify.annotations.NullMarked;
