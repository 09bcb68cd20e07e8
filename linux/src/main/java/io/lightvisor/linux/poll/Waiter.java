package io.lightvisor.linux.poll;

import java.util.concurrent.locks.LockSupport;

/// Somebody who wants to know of an event.
sealed interface Waiter {
    /// One of `EPOLLIN`, `EPOLLOUT`, `EPOLLPRI`, `EPOLLRDHUP`.
    int event();

    /// Called once, by the poller's thread or by the one that closes the descriptor; must not block.
    void wake();

    /// A thread that sleeps until then.
    final class Parked implements Waiter {
        private final int event;
        private final Thread thread;
        private volatile boolean woken;

        Parked(int event, Thread thread) {
            this.event = event;
            this.thread = thread;
        }

        @Override
        public int event() {
            return event;
        }

        @Override
        public void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        /// @param deadline by `System.nanoTime()`; 0 for none
        /// @return whether it was woken; false if the time is over or the thread interrupted
        boolean await(long deadline) {
            while (!woken) {
                if (thread.isInterrupted()) {
                    return woken;
                }
                if (deadline == 0) {
                    LockSupport.park(this);
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return woken;
                    }
                    LockSupport.parkNanos(this, left);
                }
            }
            return true;
        }
    }

    /// An action to be started.
    record Action(int event, Runnable action) implements Waiter {
        @Override
        public void wake() {
            action.run();
        }
    }
}
