package io.lightvisor.linux.process;

import java.time.Duration;

/// A program we have started. It becomes a zombie when it ends, and stays one until its status is taken by
/// [#waitFor]; whoever starts it and does not wait lets [#reap] do it.
public final class Child implements AutoCloseable {
    private final Pidfd pidfd;
    private final String program;

    Child(Pidfd pidfd, String program) {
        this.pidfd = pidfd;
        this.program = program;
    }

    public int pid() {
        return pidfd.pid();
    }

    public Pidfd pidfd() {
        return pidfd;
    }

    public boolean signal(Signal signal) {
        return pidfd.signal(signal);
    }

    /// Waits for the end and takes the status.
    public ExitStatus waitFor() throws InterruptedException {
        return pidfd.waitFor();
    }

    /// Whether it ends within this time; the status stays to be taken.
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return pidfd.awaitEnd(atMost);
    }

    /// Leaves the child to itself: a virtual thread takes its status when it ends, then closes the handle. Do
    /// not close or wait for it after this.
    public void reap() {
        Thread.ofVirtual().name("lightvisor:reap " + program).start(() -> {
            try (pidfd) {
                pidfd.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Gives up the handle. The process goes on.
    @Override
    public void close() {
        pidfd.close();
    }

    @Override
    public String toString() {
        return program + ", " + pidfd;
    }
}
