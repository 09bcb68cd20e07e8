package io.lightvisor.linux.poll;

import io.lightvisor.linux.Fd;
import java.util.ArrayList;
import java.util.List;

/// One descriptor in the epoll set with all who wait for it. It stays in the set until the descriptor is
/// closed, but reports only while somebody waits (`EPOLLONESHOT`), so an idle descriptor with data in it wakes
/// nobody.
final class Watched {
    private final Poller poller;
    private final Fd fd;
    private final int number;
    private final int generation;
    /// Guarded by this, as is everything below.
    private final List<Waiter> waiters = new ArrayList<>(2);

    private boolean known;
    private boolean gone;
    private int armed;

    Watched(Poller poller, Fd fd, int number, int generation) {
        this.poller = poller;
        this.fd = fd;
        this.number = number;
        this.generation = generation;
    }

    Fd fd() {
        return fd;
    }

    int number() {
        return number;
    }

    int generation() {
        return generation;
    }

    /// False if the descriptor was closed. A kind of file that is always ready wakes the waiter at once.
    boolean add(Waiter waiter) {
        boolean first;
        synchronized (this) {
            if (gone || !fd.isOpen()) {
                return false;
            }
            first = !known;
            waiters.add(waiter);
            boolean done = false;
            try {
                done = arm(first);
            } finally {
                if (done) {
                    known = true;
                } else {
                    waiters.remove(waiter);
                }
            }
            if (!done) {
                first = false;
            }
        }
        if (first) {
            fd.onClose(this::closed);
        }
        if (!isKnown()) {
            waiter.wake();
        }
        return true;
    }

    synchronized void remove(Waiter waiter) {
        waiters.remove(waiter);
    }

    void ready(int mask) {
        var wake = new ArrayList<Waiter>(2);
        synchronized (this) {
            armed = 0;
            int events = spread(mask);
            for (var i = waiters.iterator(); i.hasNext(); ) {
                var waiter = i.next();
                if ((waiter.event() & events) != 0) {
                    wake.add(waiter);
                    i.remove();
                }
            }
            if (!waiters.isEmpty() && !gone && fd.isOpen()) {
                arm(false);
            }
        }
        for (var waiter : wake) {
            waiter.wake();
        }
    }

    private synchronized boolean isKnown() {
        return known;
    }

    /// A hang-up or an error is news for everyone who waits.
    private static int spread(int mask) {
        int events = mask;
        if ((mask & Poller.EPOLLRDHUP) != 0) {
            events |= Poller.EPOLLIN;
        }
        if ((mask & (Poller.EPOLLHUP | Poller.EPOLLERR)) != 0) {
            events |= Poller.EPOLLIN | Poller.EPOLLOUT | Poller.EPOLLPRI | Poller.EPOLLRDHUP;
        }
        return events;
    }

    private boolean arm(boolean first) {
        int wanted = 0;
        for (var waiter : waiters) {
            wanted |= waiter.event() == Poller.EPOLLIN ? Poller.EPOLLIN | Poller.EPOLLRDHUP : waiter.event();
        }
        if (!first && (armed & wanted) == wanted) {
            return true;
        }
        armed = wanted;
        return poller.control(this, first, wanted);
    }

    private void closed() {
        List<Waiter> all;
        synchronized (this) {
            gone = true;
            all = List.copyOf(waiters);
            waiters.clear();
        }
        poller.forget(this);
        for (var waiter : all) {
            waiter.wake();
        }
    }
}
