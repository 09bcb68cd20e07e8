package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.poll.Registration;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.Signal;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The dnsmasq of one bridge. It outlives the daemon; the next daemon takes it over if its arguments are still right.
///
/// The program goes to the background once it has its sockets, so its first process ending is the sign that it serves:
/// nothing waits a fixed time. If it ends later without being asked it is started again, until it ends three times
/// soon after its start.
final class Dnsmasq {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");
    private static final Duration STOP = Duration.ofSeconds(3);
    private static final long SOON_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int TRIES = 3;

    private final String network;
    private final DnsmasqFiles files;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private List<String> arguments = List.of();
    private @Nullable Pidfd process;
    private @Nullable Registration watch;
    private long startedAt;
    private int shortLives;

    Dnsmasq(String network, DnsmasqFiles files) {
        this.network = network;
        this.files = files;
    }

    /// Makes it serve with these arguments: leaves it alone, takes it over, or starts it anew.
    ///
    /// @param filesChanged whether a file that it reads only at its start is different
    void serve(List<String> wanted, boolean filesChanged) throws InterruptedException {
        lock.lock();
        try {
            if (process == null) {
                adopt();
            }
            if (process != null && !filesChanged && wanted.equals(arguments) && !process.hasEnded()) {
                return;
            }
            end();
            arguments = wanted;
            shortLives = 0;
            start();
        } finally {
            lock.unlock();
        }
    }

    /// Lets it read the host entries again.
    void reload() {
        lock.lock();
        try {
            if (process != null) {
                process.signal(Signal.HUP);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends it.
    void stop() throws InterruptedException {
        lock.lock();
        try {
            if (process == null) {
                adopt();
            }
            end();
        } finally {
            lock.unlock();
        }
    }

    /// Gives up the handle. The process goes on.
    void release() {
        lock.lock();
        try {
            unwatch();
            if (process != null) {
                process.close();
                process = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void start() throws InterruptedException {
        var program = HostProgram.require("dnsmasq", "dnsmasq-base");
        var result = program.run(arguments, "");
        if (result.code() != 0) {
            throw Problem.failed(
                            "The DNS and DHCP service exited prematurely",
                            "Process exited with non-zero value " + result.code() + " (\"" + result.said() + "\")")
                    .exception();
        }
        startedAt = System.nanoTime();
        adopt();
        if (process == null) {
            throw Problem.failed("The DNS and DHCP service exited prematurely", "its process is gone: " + result.said())
                    .exception();
        }
    }

    /// Looks whether the process of the pid file is one of ours: a dnsmasq with our pid file among its arguments. The
    /// handle is opened first, so that the process looked at is the one held.
    private void adopt() {
        Pidfd found = null;
        try {
            int pid = Integer.parseInt(Files.readString(files.pid()).strip());
            found = Pidfd.open(pid);
            var running = commandLine(pid);
            boolean ours = running.size() > 1
                    && running.getFirst().endsWith("dnsmasq")
                    && running.contains("--pid-file=" + files.pid());
            if (ours && !found.hasEnded()) {
                if (arguments.isEmpty()) {
                    arguments = running.subList(1, running.size());
                }
                process = found;
                found = null;
                watch = Poller.shared().onceReadable(process.fd(), this::ended);
                return;
            }
        } catch (IOException | NumberFormatException _) {
            // No pid file, or no such process any more: there is nothing to take over.
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "dnsmasq of network {0} not taken over: {1}", network, e.getMessage());
        } finally {
            if (found != null) {
                found.close();
            }
        }
    }

    private static List<String> commandLine(int pid) throws IOException {
        String text = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8);
        return List.of(text.split("\0"));
    }

    private void end() throws InterruptedException {
        unwatch();
        var ending = process;
        process = null;
        if (ending != null) {
            try (ending) {
                ending.signal(Signal.TERM);
                if (!ending.awaitEnd(STOP)) {
                    ending.signal(Signal.KILL);
                    ending.awaitEnd();
                }
            }
        }
        try {
            Files.deleteIfExists(files.pid());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove {0}, ignoring: {1}", files.pid(), e.getMessage());
        }
    }

    private void unwatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    /// It ended without being asked.
    private void ended() {
        lock.lock();
        try {
            var gone = process;
            if (gone == null || !gone.hasEnded()) {
                return;
            }
            gone.close();
            process = null;
            unwatch();
            shortLives = System.nanoTime() - startedAt < SOON_NANOS ? shortLives + 1 : 1;
            if (shortLives > TRIES) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "dnsmasq of network {0} ended {1} times soon after its start; not started again",
                        network,
                        shortLives);
                return;
            }
            LOG.log(System.Logger.Level.WARNING, "dnsmasq of network {0} ended; starting it again", network);
            start();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "dnsmasq of network {0} not started again: {1}",
                    network,
                    e.getMessage());
        } finally {
            lock.unlock();
        }
    }
}
