package io.lightvisor.container;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.poll.FdOutput;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.pty.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A command that the launcher runs and waits for; its report of the end is what ends the session.
final class LaunchedExec implements ExecSession {
    private static final int SIGKILL = 9;
    /// What a shell answers when it cannot say better; the launcher was killed.
    private static final int LOST = 128 + SIGKILL;

    private final Launcher.Run run;
    private final Pidfd pidfd;
    private final Optional<Fd> terminal;
    private final OutputStream stdin;
    private final InputStream stdout;
    private final InputStream stderr;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = LOST;

    /// @param terminal master of the command's terminal
    /// @param pipes our ends of three pipes, if there is no terminal
    LaunchedExec(Launcher.Run run, Pidfd pidfd, @Nullable Fd terminal, @Nullable Pipes pipes) {
        this.run = run;
        this.pidfd = pidfd;
        this.terminal = Optional.ofNullable(terminal);
        if (terminal != null) {
            stdin = new FdOutput(terminal.dup());
            stdout = new ExecOutput(terminal);
            stderr = InputStream.nullInputStream();
        } else if (pipes != null) {
            stdin = new FdOutput(pipes.stdin());
            stdout = new ExecOutput(pipes.stdout());
            stderr = new ExecOutput(pipes.stderr());
        } else {
            throw new IllegalArgumentException("neither terminal nor pipes");
        }
    }

    /// Our ends.
    record Pipes(Fd stdin, Fd stdout, Fd stderr) {}

    /// Begins to wait for the end.
    ///
    /// @param early the end, if it came before the command was executed
    LaunchedExec watch(@Nullable Report early) {
        if (early != null) {
            finish(early);
        } else {
            Thread.ofVirtual().name("lightvisor:exec " + pidfd.pid()).start(this::awaitReport);
        }
        return this;
    }

    @Override
    public int pid() {
        return pidfd.pid();
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public void resize(int columns, int rows) {
        terminal.filter(Fd::isOpen)
                .ifPresent(master -> Terminal.resize(master, new io.lightvisor.linux.pty.WindowSize(columns, rows)));
    }

    @Override
    public void signal(int number) {
        synchronized (pidfd) {
            if (ended.getCount() > 0) {
                pidfd.signal(number);
            }
        }
    }

    @Override
    public int awaitExit() throws InterruptedException {
        ended.await();
        return code;
    }

    @Override
    public void close() {
        signal(SIGKILL);
        try {
            stdin.close();
            stdout.close();
            stderr.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void awaitReport() {
        try {
            Report report = run.next();
            report.close();
            finish(report);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish(null);
        }
    }

    private void finish(@Nullable Report report) {
        if (report != null && report.type() == Report.Type.EXITED) {
            code = report.exited() ? report.b() : 128 + report.b();
        }
        // From here on nobody signals by the descriptor that is closed below.
        synchronized (pidfd) {
            ended.countDown();
        }
        if (stdout instanceof ExecOutput output) {
            output.end();
        }
        if (stderr instanceof ExecOutput output) {
            output.end();
        }
        run.close();
        pidfd.close();
    }
}
