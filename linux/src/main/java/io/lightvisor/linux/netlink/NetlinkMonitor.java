package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Hears what changes about links and addresses of the network namespace in which it was opened.
///
/// Wait for [#fd] to become readable, then [#take]. Between opening and the first look at the state nothing is missed,
/// so open first and look afterwards.
public final class NetlinkMonitor implements AutoCloseable {
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int QUEUE = 1 << 20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int RTNLGRP_LINK = 1;
    private static final int RTNLGRP_IPV4_IFADDR = 5;
    private static final int RTNLGRP_IPV6_IFADDR = 9;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int HEADER = 16;

    private final Fd fd;

    private NetlinkMonitor(Fd fd) {
        this.fd = fd;
    }

    /// What happened.
    public sealed interface Event {
        /// A link is new or different.
        record LinkChanged(Link link) implements Event {}

        /// A link is gone, perhaps only to another namespace.
        record LinkGone(Link link) implements Event {}

        /// An address is new or different.
        record AddressChanged(InterfaceAddress address) implements Event {}

        /// An address is gone.
        record AddressGone(InterfaceAddress address) implements Event {}

        /// More happened than the queue could hold: look at the state again.
        record Overrun() implements Event {}
    }

    public static NetlinkMonitor open() {
        var fd = NetlinkSocket.raw(NetlinkSocket.ROUTE);
        try (var scratch = Scratch.borrow()) {
            var size = scratch.allocate(4);
            size.set(ValueLayout.JAVA_INT, 0, QUEUE);
            // Best effort: with the usual queue an overrun only comes earlier.
            var _ = Syscalls.syscall(
                    SyscallNumber.setsockopt, Syscalls.number(fd), SOL_SOCKET, SO_RCVBUFFORCE, size.address(), 4);
            NetlinkSocket.bind(fd);
            NetlinkSocket.option(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
            NetlinkSocket.option(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_IFADDR);
            NetlinkSocket.option(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_IFADDR);
        } catch (SyscallException e) {
            fd.close();
            throw e;
        }
        return new NetlinkMonitor(fd);
    }

    /// Readable when there is something to [#take].
    public Fd fd() {
        return fd;
    }

    /// What has happened since the last call, in order; empty if nothing. Never waits.
    public List<Event> take() {
        var events = new ArrayList<Event>();
        var memory = NativeBuffers.borrow();
        try {
            while (true) {
                long length = Syscalls.syscall(
                        SyscallNumber.recvfrom,
                        Syscalls.number(fd),
                        memory.address(),
                        NativeBuffers.SIZE,
                        MSG_DONTWAIT,
                        0,
                        0);
                if (Syscalls.isAgain(length)) {
                    return events;
                }
                if (length == -Errno.ENOBUFS.number()) {
                    events.add(new Event.Overrun());
                    continue;
                }
                Syscalls.check(length, "recv(2)", fd);
                var in = memory.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
                int at = 0;
                while (length - at >= HEADER) {
                    int size = in.getInt(at);
                    if (size < HEADER || size > length - at) {
                        break;
                    }
                    in.limit(at + size).position(at + HEADER);
                    switch (in.getShort(at + 4) & 0xffff) {
                        case RTM_NEWLINK, RTM_DELLINK -> {
                            var link = Parser.link(in);
                            if (link != null) {
                                boolean gone = (in.getShort(at + 4) & 0xffff) == RTM_DELLINK;
                                events.add(gone ? new Event.LinkGone(link) : new Event.LinkChanged(link));
                            }
                        }
                        case RTM_NEWADDR, RTM_DELADDR -> {
                            var address = Parser.address(in);
                            if (address != null) {
                                boolean gone = (in.getShort(at + 4) & 0xffff) == RTM_DELADDR;
                                events.add(gone ? new Event.AddressGone(address) : new Event.AddressChanged(address));
                            }
                        }
                        default -> {}
                    }
                    in.limit((int) length);
                    at += size + 3 & ~3;
                }
            }
        } finally {
            NativeBuffers.giveBack(memory);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
