package io.lightvisor.daemon;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.LocalDaemon;
import io.lightvisor.daemon.command.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// `lxd waitready`: asks the daemon, which answers once it is ready. While there is no daemon, the folder of its socket
/// is watched for one.
final class WaitReadyCommand {
    /// A daemon that is being replaced may refuse for a moment although its socket is there.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private WaitReadyCommand() {}

    static void run(Flags flags) throws CommandFailure, InterruptedException {
        int seconds = flags.number("timeout", 0);
        Instant until = seconds > 0 ? Instant.now().plusSeconds(seconds) : Instant.MAX;
        var asking = Thread.ofVirtual().start(() -> {
            try {
                ask(until);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        boolean done = seconds > 0 ? asking.join(Duration.ofSeconds(seconds)) : joined(asking);
        if (!done) {
            throw new CommandFailure("LXD still not running after " + seconds + "s timeout");
        }
    }

    private static boolean joined(Thread thread) throws InterruptedException {
        thread.join();
        return true;
    }

    private static void ask(Instant until) throws InterruptedException {
        Path socket = Places.socket();
        Path folder = socket.getParent() == null ? Path.of("/") : socket.getParent();
        WatchService watch = null;
        try {
            while (Instant.now().isBefore(until)) {
                try (var client = LocalDaemon.client()) {
                    client.get("/internal/ready");
                    return;
                } catch (IOException | ApiException e) {
                    if (watch == null && Files.isDirectory(folder)) {
                        watch = watching(folder);
                    } else if (watch != null) {
                        WatchKey key = watch.poll(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                        if (key != null) {
                            key.pollEvents();
                            key.reset();
                        }
                    } else {
                        Thread.sleep(AGAIN);
                    }
                }
            }
        } finally {
            close(watch);
        }
    }

    private static WatchService watching(Path folder) {
        try {
            WatchService watch = folder.getFileSystem().newWatchService();
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            return watch;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void close(@org.jspecify.annotations.Nullable WatchService watch) {
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            System.err.println("watch not closed: " + e.getMessage());
        }
    }
}
