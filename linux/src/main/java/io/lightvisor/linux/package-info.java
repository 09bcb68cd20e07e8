/// The one door to the kernel. Everything that Lightvisor asks of Linux goes through here: system calls by the
/// FFM API, typed, with errors that name the call, the subject and the errno.
///
///     linux            Fd, Errno, SyscallException; Syscalls and Scratch for the packages below
///     linux.poll       Poller: virtual threads wait for descriptors; FdInput, FdOutput
///     linux.fs         DirFd, openat2(2), xattrs, trees
///     linux.mount      the mount API by descriptors, MountInfo, idmapped mounts
///     linux.process    Pidfd, Spawn, NamespaceThread, /proc
///     linux.cgroup     both cgroup versions behind one Cgroup
///     linux.socket     unix sockets, SCM_RIGHTS, pipes
///     linux.pty        pseudo terminals
///
/// Outside this module nobody uses [Syscalls], [Scratch] or [SyscallNumber]: they speak in addresses and raw
/// numbers.
@NullMarked
package io.lightvisor.linux;

import org.jspecify.annotations.NullMarked;
