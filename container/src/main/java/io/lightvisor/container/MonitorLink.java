package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.socket.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// A control connection to a monitor: questions one at a time, and word of the container's end, which comes unasked.
final class MonitorLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.container");

    /// As in `enum request_code`.
    enum Request {
        GO,
        STATUS,
        CONSOLE,
        RESIZE,
        READ_RING,
        CLEAR_RING,
        LISTENER;

        byte[] with(int a, int b) {
            return ByteBuffer.allocate(12)
                    .order(ByteOrder.nativeOrder())
                    .putInt(ordinal() + 1)
                    .putInt(a)
                    .putInt(b)
                    .array();
        }
    }

    private final UnixSocket socket;
    private final String name;
    private final ReentrantLock asking = new ReentrantLock();
    private final BlockingQueue<Report> answers = new ArrayBlockingQueue<>(4);
    private volatile boolean closed;

    MonitorLink(UnixSocket socket, String name) {
        this.socket = socket;
        this.name = name;
    }

    /// Begins to listen.
    ///
    /// @param atEnd gets the report [Report.Type#EXITED], or [Report.Type#END] if the monitor is gone without it;
    ///     on a
    ///     virtual thread, once, and not after [#close]
    void listen(Consumer<Report> atEnd) {
        Thread.ofVirtual().name("lightvisor:monitor " + name).start(() -> {
            Report last = receiveUntilEnd();
            answers.offer(end(Errno.ECONNRESET.number()));
            if (!closed) {
                atEnd.accept(last);
            }
            socket.close();
        });
    }

    /// Asks and waits for the answer, whose descriptors are the caller's.
    ///
    /// @throws SyscallException with what the monitor says, or `ECONNRESET` if it is gone
    Report ask(Request request, int a, int b) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            socket.send(request.with(a, b));
            Report answer = answer();
            if (answer.type() == Report.Type.END) {
                answers.offer(answer);
            }
            if (answer.error() != 0) {
                answer.close();
                throw new SyscallException("ask monitor", name + " " + request, answer.errno());
            }
            return answer;
        } finally {
            asking.unlock();
        }
    }

    /// Not interruptible: an answer left behind would be taken for that of the next question. The monitor answers at
    /// once.
    private Report answer() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answers.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
    }

    private Report receiveUntilEnd() {
        while (true) {
            try {
                Report report = Report.of(socket.receive(Report.SIZE));
                switch (report.type()) {
                    case EXITED, END -> {
                        return report;
                    }
                    case ANSWER -> answers.add(report);
                    case CREATED, RUNNING, FAILED, MAPPED, LISTENER -> report.close();
                }
            } catch (SyscallException e) {
                if (!closed) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "connection to the monitor of {0} lost: {1}",
                            name,
                            e.getMessage());
                }
                return end(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return end(0);
            }
        }
    }

    private static Report end(int error) {
        return new Report(Report.Type.END, error, 0, 0, "", "", "", java.util.List.of());
    }
}
