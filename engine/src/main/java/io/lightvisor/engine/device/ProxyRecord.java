package io.lightvisor.engine.device;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.process.ProcStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What must outlive the daemon about a forwarder: a file `devices/INSTANCE_ID/proxy.DEVICE`.
///
///     PID START FINGERPRINT
///     the path of the socket on the host, or nothing
///
/// @param start       of the process, in clock ticks since boot: with the pid it names it for good
/// @param fingerprint of the options that it was started with
/// @param socket      a file of the host that goes with it, or empty
record ProxyRecord(int pid, long start, String fingerprint, String socket) {
    private static final int SIGKILL = 9;

    static String fingerprint(Map<String, String> options) {
        return Integer.toHexString(new TreeMap<>(options).toString().hashCode());
    }

    /// Of a process just started.
    static ProxyRecord of(int pid, String fingerprint, String socket) {
        return new ProxyRecord(pid, ProcStat.find(pid).map(ProcStat::startTicks).orElse(0L), fingerprint, socket);
    }

    /// Empty if there is none, or none that can be read.
    static Optional<ProxyRecord> read(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            int line = text.indexOf('\n');
            String[] words = text.substring(0, Math.max(line, 0)).split(" ", -1);
            return words.length != 3
                    ? Optional.empty()
                    : Optional.of(new ProxyRecord(
                            Integer.parseInt(words[0]), Long.parseLong(words[1]), words[2], text.substring(line + 1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(beside, pid + " " + start + " " + fingerprint + "\n" + socket);
            Files.move(beside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether it still runs.
    boolean lives() {
        return ProcStat.find(pid)
                .filter(stat -> stat.startTicks() == start && stat.state() != 'Z')
                .isPresent();
    }

    /// Ends it, and removes its socket. Returns when its ports are free.
    void end() throws InterruptedException {
        if (lives()) {
            try (var process = Pidfd.open(pid)) {
                if (lives()) {
                    process.signal(SIGKILL);
                    process.awaitEnd();
                }
            } catch (SyscallException e) {
                if (lives()) {
                    throw e;
                }
            }
        }
        if (!socket.isEmpty() && ProxyListeners.isStale(Path.of(socket))) {
            try {
                Files.deleteIfExists(Path.of(socket));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
