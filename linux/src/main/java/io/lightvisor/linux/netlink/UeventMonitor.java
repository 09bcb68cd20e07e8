package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Hears when the kernel adds, changes or removes a device: netlink(7), NETLINK_KOBJECT_UEVENT, the kernel's own group.
///
/// A message is `ACTION@DEVPATH`, then `KEY=VALUE` each with a zero behind. Only whether something happened is told:
/// what is there now is asked of /sys, as messages can be lost.
public final class UeventMonitor implements AutoCloseable {
    private static final int KOBJECT_UEVENT = 15;
    private static final int KERNELS_GROUP = 1;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int MSG_DONTWAIT = 0x40;

    private final Fd fd;

    private UeventMonitor(Fd fd) {
        this.fd = fd;
    }

    public static UeventMonitor open() {
        var fd = NetlinkSocket.raw(KOBJECT_UEVENT);
        try {
            NetlinkSocket.bind(fd);
            NetlinkSocket.option(fd, NETLINK_ADD_MEMBERSHIP, KERNELS_GROUP);
            return new UeventMonitor(fd);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /// Readable when there is something to [#take].
    public Fd fd() {
        return fd;
    }

    /// Takes what has happened; whether any of it may have been a device with a node coming or going. Never waits.
    public boolean take() {
        boolean news = false;
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
                    return news;
                }
                if (length == -Errno.ENOBUFS.number()) {
                    news = true;
                    continue;
                }
                Syscalls.check(length, "recv(2)", fd);
                var bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                news |= isNews(new String(bytes, StandardCharsets.UTF_8));
            }
        } finally {
            NativeBuffers.giveBack(memory);
        }
    }

    static boolean isNews(String message) {
        boolean comesOrGoes =
                message.startsWith("add@") || message.startsWith("remove@") || message.startsWith("bind@");
        return comesOrGoes && message.contains("\0MAJOR=");
    }

    @Override
    public void close() {
        fd.close();
    }
}
