package io.lightvisor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One daemon of an installation, on a state folder of its own.
final class Daemon {
    private static final Duration READY = Duration.ofSeconds(60);

    private final Path prefix;
    private final Path lxdDir;
    private final Path logs;
    private Process process;

    /// Starts it and waits until it answers. Its log goes to the folder `logs`.
    Daemon(Path prefix, Path lxdDir, Path logs) {
        this.prefix = prefix;
        this.lxdDir = lxdDir;
        this.logs = logs;
        process = start();
        awaitReady();
    }

    /// `lxd ARGUMENTS` with this state folder.
    Program lxd(String... arguments) {
        return lxd(prefix, lxdDir, arguments);
    }

    static Program lxd(Path prefix, Path lxdDir, String... arguments) {
        var argv = new ArrayList<String>();
        argv.add(prefix.resolve("bin/lxd").toString());
        argv.addAll(List.of(arguments));
        return new Program(argv, Map.of("LXD_DIR", lxdDir.toString()), Duration.ofSeconds(90));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Ends it as a power cut would: no handler runs, nothing is written.
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// Asks it to stop; instances go on.
    void stop() {
        process.destroy();
        awaitEnd();
    }

    /// Starts it again and waits until it answers.
    void startAgain() {
        process = start();
        awaitReady();
    }

    /// Until it has ended, for whatever reason.
    void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the daemon did not end within 30 s\n" + log());
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// The memory in RAM that it takes, in bytes.
    long memory() {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last lines that it wrote.
    String log() {
        return Program.of("tail", "-n", "40", log("lxd.log"), log("lxd.out"))
                .run()
                .out();
    }

    private String log(String name) {
        return logs.resolve(name).toString();
    }

    private Process start() {
        return lxd("--group", "lxd", "--verbose", "--logfile", log("lxd.log")).startInto(logs.resolve("lxd.out"));
    }

    private void awaitReady() {
        var result = lxd("waitready", "--timeout=" + READY.toSeconds()).run();
        if (result.exit() != 0) {
            process.destroyForcibly();
            throw new AssertionError("the daemon is not ready: " + result.err() + "\n" + log());
        }
    }
}
