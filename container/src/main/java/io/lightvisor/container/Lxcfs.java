package io.lightvisor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The host's lxcfs(1): files that tell a container its own limits and use where the kernel tells the host's. It may
/// come and go; a container that starts while it does not answer sees the kernel's files.
///
/// A file system whose server hangs keeps everybody who touches it waiting, beyond any signal. So one thread that
/// nobody waits for longer than [#PATIENCE_MILLIS] asks; as long as it has no answer nobody asks again.
final class Lxcfs {
    private static final long PATIENCE_MILLIS = 100;

    private static final List<String> VIEWS = List.of(
            "proc/cpuinfo",
            "proc/diskstats",
            "proc/loadavg",
            "proc/meminfo",
            "proc/slabinfo",
            "proc/stat",
            "proc/swaps",
            "proc/uptime",
            "sys/devices/system/cpu");

    private final Path mount;
    private @Nullable FutureTask<Boolean> unanswered;

    /// @param mount where it is mounted on the host, if it runs
    Lxcfs(Path mount) {
        this.mount = mount;
    }

    /// What can be taken from it now, as paths below [#below]; empty if it does not run or does not answer.
    List<String> views() throws InterruptedException {
        return answers() ? VIEWS : List.of();
    }

    /// Where it is, below `/`.
    String below() {
        return mount.toString().substring(1);
    }

    private synchronized boolean answers() throws InterruptedException {
        if (unanswered != null && !unanswered.isDone()) {
            return false;
        }
        var asked = new FutureTask<>(this::ask);
        unanswered = asked;
        Thread.ofPlatform().daemon().name("lightvisor:lxcfs").start(asked);
        try {
            return asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            return false;
        }
    }

    /// Reads what only its server can tell: names and attributes may come from the kernel's memory of a dead one.
    private boolean ask() {
        try (var in = Files.newInputStream(mount.resolve("proc/uptime"))) {
            return in.read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
