package io.lightvisor.linux.poll;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import org.jspecify.annotations.Nullable;

/// A standing wish to be told; see [Poller#onReadable]. Closing it ends the wish and leaves the descriptor
/// open.
public final class Registration implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.linux");

    private final Poller poller;
    private final Fd fd;
    private final Runnable action;
    private final boolean again;
    private final Waiter waiter = new Waiter.Action(Poller.EPOLLIN, this::start);
    private volatile boolean closed;
    private volatile @Nullable Watched entry;

    Registration(Poller poller, Fd fd, Runnable action, boolean again) {
        this.poller = poller;
        this.fd = fd;
        this.action = action;
        this.again = again;
    }

    @Override
    public void close() {
        closed = true;
        var at = entry;
        if (at != null) {
            at.remove(waiter);
        }
    }

    void arm() {
        entry = poller.add(fd, waiter);
    }

    private void start() {
        if (!closed && fd.isOpen()) {
            Thread.ofVirtual().name("lightvisor:poll " + fd.what()).start(this::run);
        }
    }

    private void run() {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "action for " + fd.what() + " failed", e);
        }
        if (again && !closed && fd.isOpen()) {
            try {
                arm();
            } catch (SyscallException e) {
                // Closed between the question and the wish: then there is nothing to be told any more.
                LOG.log(System.Logger.Level.DEBUG, "no longer watched: {0}", e.getMessage());
            }
        }
    }
}
