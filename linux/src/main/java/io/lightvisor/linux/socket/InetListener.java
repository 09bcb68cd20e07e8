package io.lightvisor.linux.socket;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;

/// Opens sockets of TCP and UDP that others connect and send to, in this thread's network namespace: ip(7), tcp(7),
/// udp(7). They do not block.
public final class InetListener {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int BACKLOG = 4096;

    private InetListener() {}

    /// Listens for connections. On the IPv6 address of all it takes those of IPv4 as well.
    ///
    /// @throws io.lightvisor.linux.SyscallException with `EADDRINUSE`, `EADDRNOTAVAIL`, `EAFNOSUPPORT`
    public static Fd tcp(SocketAddress address) {
        var fd = bound(address, SOCK_STREAM, true);
        try {
            Syscalls.check(Syscalls.syscall(SyscallNumber.listen, Syscalls.number(fd), BACKLOG), "listen(2)", fd);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// Receives datagrams; as [#tcp].
    public static Fd udp(SocketAddress address) {
        return bound(address, SOCK_DGRAM, false);
    }

    private static Fd bound(SocketAddress address, int type, boolean reuse) {
        int family = address.isV6() ? AF_INET6 : AF_INET;
        var fd = Syscalls.fd(
                Syscalls.syscall(SyscallNumber.socket, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                "socket(2)",
                address.text());
        try (var scratch = Scratch.borrow()) {
            if (reuse) {
                option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
            }
            if (address.isV6()) {
                option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
            }
            byte[] bytes = address.bytes();
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.bind,
                            Syscalls.number(fd),
                            scratch.bytes(bytes).address(),
                            bytes.length),
                    "bind(2)",
                    fd);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static void option(Fd fd, int level, int option, int value) {
        try (var scratch = Scratch.borrow()) {
            var number = scratch.allocate(4);
            number.set(ValueLayout.JAVA_INT, 0, value);
            Syscalls.check(
                    Syscalls.syscall(SyscallNumber.setsockopt, Syscalls.number(fd), level, option, number.address(), 4),
                    "setsockopt(2)",
                    fd);
        }
    }
}
