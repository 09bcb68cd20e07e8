package io.lightvisor.linux.poll;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets any number of threads wait for descriptors: one platform thread sits in epoll_pwait(2) and wakes those
/// whose descriptor is ready. Virtual threads that wait here hold nothing, and while nothing happens nothing
/// runs.
///
///     poller.awaitReadable(pidfd);                      // until the process has ended
///     var watch = poller.onReadable(signal, this::again) // a virtual thread per wake-up, never two at once
///
/// Readiness is a level: "there is something", or "the other side hung up", or an error; the call that follows
/// tells which.
public final class Poller {
    /// One for the whole process: there is nothing to tune, and one thread is what we pay for.
    private static final Poller SHARED = new Poller();

    static final int EPOLLIN = 0x001;
    static final int EPOLLPRI = 0x002;
    static final int EPOLLOUT = 0x004;
    static final int EPOLLERR = 0x008;
    static final int EPOLLHUP = 0x010;
    static final int EPOLLRDHUP = 0x2000;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int BATCH = 64;
    private static final int EPERM = 1;

    /// "struct epoll_event, include/uapi/linux/eventpoll.h": packed on x86_64 only.
    private static final int EVENT_SIZE = SyscallNumber.x86() ? 12 : 16;

    private static final int DATA_OFFSET = SyscallNumber.x86() ? 4 : 8;
    private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Fd epoll;
    private final AtomicInteger generations = new AtomicInteger();
    /// By descriptor number; an entry goes when its descriptor is closed, before the number can be given out
    /// again.
    private final ConcurrentHashMap<Integer, Watched> watched = new ConcurrentHashMap<>();

    private Poller() {
        epoll = Syscalls.fd(Syscalls.syscall(SyscallNumber.epoll_create1, EPOLL_CLOEXEC), "epoll_create1(2)", "epoll");
        Thread.ofPlatform().daemon().name("lightvisor:poller").start(this::loop);
    }

    /// The one poller of this process.
    public static Poller shared() {
        return SHARED;
    }

    /// Waits until a read would not wait: data, end, hang-up or error.
    ///
    /// @throws SyscallException with `EBADF` if the descriptor is closed meanwhile
    public void awaitReadable(Fd fd) throws InterruptedException {
        await(fd, EPOLLIN, 0);
    }

    /// As [#awaitReadable(Fd)]; false if the time is over first.
    public boolean awaitReadable(Fd fd, Duration atMost) throws InterruptedException {
        return await(fd, EPOLLIN, deadline(atMost));
    }

    /// Whether a read would not wait now.
    public boolean isReadable(Fd fd) {
        return isNow(fd, EPOLLIN);
    }

    /// Waits until a write would not wait, or would fail.
    public void awaitWritable(Fd fd) throws InterruptedException {
        await(fd, EPOLLOUT, 0);
    }

    /// As [#awaitWritable(Fd)]; false if the time is over first.
    public boolean awaitWritable(Fd fd, Duration atMost) throws InterruptedException {
        return await(fd, EPOLLOUT, deadline(atMost));
    }

    /// Waits until the file says "changed since it was last read": what cgroup.events, mountinfo and sysfs
    /// attributes do. Read the file, decide, then wait; a change between the two is not lost.
    public void awaitChange(Fd fd) throws InterruptedException {
        await(fd, EPOLLPRI, 0);
    }

    /// As [#awaitChange(Fd)]; false if the time is over first.
    public boolean awaitChange(Fd fd, Duration atMost) throws InterruptedException {
        return await(fd, EPOLLPRI, deadline(atMost));
    }

    /// Waits until the other side is gone, whatever it has left to read; false if the time is over first.
    public boolean awaitHangUp(Fd fd, Duration atMost) throws InterruptedException {
        return await(fd, EPOLLRDHUP, deadline(atMost));
    }

    /// Runs the action on a virtual thread each time there is something to read, one run at a time, until the
    /// answer or the descriptor is closed. An action that leaves the data, or ignores a hang-up, is run again
    /// at once: read, or close.
    public Registration onReadable(Fd fd, Runnable action) {
        var registration = new Registration(this, fd, action, true);
        registration.arm();
        return registration;
    }

    /// Runs the action once, on a virtual thread, when there is something to read; not at all if closed before.
    public Registration onceReadable(Fd fd, Runnable action) {
        var registration = new Registration(this, fd, action, false);
        registration.arm();
        return registration;
    }

    // ---- for Registration and Watched

    Watched add(Fd fd, Waiter waiter) {
        int number = Syscalls.number(fd);
        while (true) {
            var entry = watched.computeIfAbsent(number, n -> new Watched(this, fd, n, generations.incrementAndGet()));
            if (entry.fd() == fd && entry.add(waiter)) {
                return entry;
            }
            if (!fd.isOpen()) {
                throw closed(fd);
            }
            // The entry of a descriptor whose number we got an instant after it was closed; its hook removes it.
            watched.remove(number, entry);
        }
    }

    /// Sets what epoll reports once for this descriptor; false if it is a kind that is always ready (a regular
    /// file).
    boolean control(Watched entry, boolean first, int events) {
        try (var scratch = Scratch.borrow()) {
            var event = scratch.allocate(EVENT_SIZE);
            event.set(ValueLayout.JAVA_INT, 0, events | EPOLLONESHOT);
            event.set(DATA, DATA_OFFSET, ((long) entry.generation() << 32) | entry.number());
            long result = Syscalls.syscall(
                    SyscallNumber.epoll_ctl,
                    Syscalls.number(epoll),
                    first ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
                    entry.number(),
                    event.address());
            if (result == -EPERM) {
                return false;
            }
            Syscalls.check(result, "epoll_ctl(2)", entry.fd());
            return true;
        }
    }

    void forget(Watched entry) {
        watched.remove(entry.number(), entry);
        Syscalls.syscall(SyscallNumber.epoll_ctl, Syscalls.number(epoll), EPOLL_CTL_DEL, entry.number(), 0);
    }

    /// Whether it is so now: ppoll(2) without waiting, "struct pollfd": fd 0, events 4, revents 6.
    private static boolean isNow(Fd fd, int event) {
        try (var scratch = Scratch.borrow()) {
            var question = scratch.allocate(8);
            question.set(ValueLayout.JAVA_INT, 0, Syscalls.number(fd));
            question.set(ValueLayout.JAVA_SHORT, 4, (short) event);
            var noTime = scratch.allocate(16);
            long count = Syscalls.check(
                    Syscalls.syscall(SyscallNumber.ppoll, question.address(), 1, noTime.address(), 0, 8),
                    "ppoll(2)",
                    fd);
            return count > 0;
        }
    }

    private boolean await(Fd fd, int event, long deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (deadline != 0 && deadline - System.nanoTime() <= 0) {
            return isNow(fd, event);
        }
        var waiter = new Waiter.Parked(event, Thread.currentThread());
        var entry = add(fd, waiter);
        if (waiter.await(deadline)) {
            if (!fd.isOpen()) {
                throw closed(fd);
            }
            return true;
        }
        entry.remove(waiter);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return false;
    }

    private static SyscallException closed(Fd fd) {
        return new SyscallException("wait for a descriptor", fd.what(), Errno.EBADF);
    }

    private static long deadline(Duration atMost) {
        long nanos = atMost.toNanos();
        long at = System.nanoTime() + Math.max(0, nanos);
        return at == 0 ? 1 : at;
    }

    private void loop() {
        var events = Arena.ofAuto().allocate((long) EVENT_SIZE * BATCH, 16);
        int number = Syscalls.number(epoll);
        while (true) {
            long count = Syscalls.check(
                    Syscalls.syscall(SyscallNumber.epoll_pwait, number, events.address(), BATCH, -1, 0, 8),
                    "epoll_pwait(2)",
                    epoll);
            for (int i = 0; i < count; i++) {
                int mask = events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) i * EVENT_SIZE);
                long data = events.get(DATA, (long) i * EVENT_SIZE + DATA_OFFSET);
                var entry = watched.get((int) data);
                if (entry != null && entry.generation() == (int) (data >>> 32)) {
                    entry.ready(mask);
                }
            }
        }
    }
}
