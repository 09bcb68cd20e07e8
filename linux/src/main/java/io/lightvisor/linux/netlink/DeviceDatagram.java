package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Sends UDP by way of one interface: socket(7), SO_BINDTODEVICE. A server on this very host then takes the datagram
/// for one that came in there, though it went over the loopback.
public final class DeviceDatagram {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SOCKADDR_IN = 16;

    private DeviceDatagram() {}

    /// Sends one datagram.
    ///
    /// @param to IPv4
    /// @throws io.lightvisor.linux.SyscallException with `ENODEV` if there is no such interface
    public static void send(String interfaceName, IpAddress to, int port, byte[] content) {
        if (to.v6()) {
            throw new IllegalArgumentException("not an IPv4 address: " + to);
        }
        String subject = "UDP to " + to + " port " + port + " by " + interfaceName;
        try (var scratch = Scratch.borrow();
                var socket = Syscalls.fd(
                        Syscalls.syscall(SyscallNumber.socket, AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket(2)", subject)) {
            int fd = Syscalls.number(socket);
            byte[] name = interfaceName.getBytes(StandardCharsets.UTF_8);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.setsockopt,
                            fd,
                            SOL_SOCKET,
                            SO_BINDTODEVICE,
                            scratch.cString(name).address(),
                            name.length + 1L),
                    "setsockopt(2)",
                    subject);
            // struct sockaddr_in: family, port and address in network order, eight zeros.
            var address = scratch.allocate(SOCKADDR_IN);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
            address.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
            address.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
            MemorySegment.copy(to.bytes(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
            Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.sendto,
                            fd,
                            scratch.bytes(content).address(),
                            content.length,
                            0,
                            address.address(),
                            SOCKADDR_IN),
                    "sendto(2)",
                    subject);
        }
    }
}
