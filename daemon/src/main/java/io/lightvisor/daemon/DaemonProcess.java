package io.lightvisor.daemon;

import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.Places;
import io.lightvisor.daemon.command.Version;
import io.lightvisor.daemon.endpoint.Api;
import io.lightvisor.daemon.endpoint.LogAudience;
import io.lightvisor.daemon.guest.GuestServer;
import io.lightvisor.daemon.http.Gate;
import io.lightvisor.daemon.http.HttpServer;
import io.lightvisor.daemon.http.ServerCertificate;
import io.lightvisor.daemon.http.Trust;
import io.lightvisor.daemon.log.Log;
import io.lightvisor.daemon.remote.LxdImageServer;
import io.lightvisor.daemon.remote.StreamImages;
import io.lightvisor.engine.Engine;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.TrustedCertificate;
import io.lightvisor.store.SqliteStore;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// The daemon from start to end.
///
///     folder -> store (locks the folder) -> engine -> socket (503 until ready) -> recovery -> network -> open
///
/// The server's classes load while the store is read: both take a quarter of the start.
final class DaemonProcess {
    private static final System.Logger LOG = System.getLogger("lightvisor.daemon");

    /// How long operations under way may go on when the daemon is asked to end and instances stay.
    private static final Duration GRACE = Duration.ofSeconds(3);

    /// The folders that scripts expect, with the mode that LXD gives them.
    private static final Map<String, String> FOLDERS = Map.of(
            "containers", "rwx--x--x",
            "snapshots", "rwx------",
            "devices", "rwx--x--x",
            "devlxd", "rwxr-xr-x",
            "images", "rwx------",
            "logs", "rwx------",
            "networks", "rwx--x--x",
            "security", "rwx------",
            "storage-pools", "rwx--x--x",
            "backups", "rwx------");

    private final CountDownLatch end = new CountDownLatch(1);
    private volatile @Nullable Engine engine;
    private volatile @Nullable HttpServer http;
    private volatile @Nullable GuestServer guests;

    private DaemonProcess() {}

    /// Runs until a signal or a client ends it. Answers the exit code.
    static int run(Flags flags) throws CommandFailure, InterruptedException {
        if (flags.has("debug")) {
            Log.console(Level.DEBUG);
        } else if (flags.has("verbose")) {
            Log.console(Level.INFO);
        }
        for (String name : new String[] {"syslog", "trace"}) {
            if (!flags.value(name, "").isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "--" + name + " is not offered, going on without it: lines go to the standard error output"
                                + " and to --logfile");
            }
        }
        String logFile = flags.value("logfile", "");
        try {
            if (!logFile.isEmpty()) {
                Log.file(Path.of(logFile));
            }
            return new DaemonProcess().live(Places.lxdDir(), flags.value("group", ""));
        } catch (ProblemException e) {
            throw new CommandFailure(e.problem().sentence(), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        } catch (ExecutionException e) {
            throw new CommandFailure(String.valueOf(e.getCause() == null ? e : e.getCause()), e);
        }
    }

    private int live(Path folder, String group)
            throws IOException, GeneralSecurityException, InterruptedException, ExecutionException, CommandFailure {
        if (!Files.isDirectory(folder)) {
            directory(folder, "rwx--x--x");
        }
        var trusted = new CompletableFuture<Engine>();
        Function<Fingerprint, Optional<TrustedCertificate>> trust =
                fingerprint -> trusted.join().certificates().find(fingerprint);
        var server = CompletableFuture.supplyAsync(
                () -> new HttpServer(new Trust(trust)),
                work -> Thread.ofVirtual().start(work));
        // Refuses a folder of another daemon or another product, so nothing in it is touched before.
        SqliteStore store = SqliteStore.open(folder);
        prepare(folder);
        var made = new Engine(
                new Engine.Places(folder, Places.libexec().resolve("lightvisor-monitor")),
                store,
                List.of(new LxdImageServer(), new StreamImages("LXD " + Version.API_LEVEL)));
        engine = made;
        trusted.complete(made);
        var audience = new LogAudience();
        Log.listener(new LogEvents(made.events(), audience));
        report(store, made);
        onSignals();
        HttpServer listening = server.get();
        http = listening;
        var api = new Api(
                folder,
                made,
                listening,
                ServerCertificate.open(folder, hostName()),
                Version.own(),
                audience,
                this::stopInstancesAndEnd);
        try {
            listening.listen(Places.socket(), socketGroup(group));
        } catch (Exception e) {
            throw new CommandFailure("the socket " + Places.socket() + " cannot be opened: " + e.getMessage(), e);
        }
        guests = GuestServer.listen(folder.resolve("devlxd"), made);
        made.start();
        api.listenOnNetwork();
        listening.gate().enter(Gate.Phase.OPEN);
        LOG.log(
                Level.INFO,
                "ready version=" + Version.own() + " folder=" + folder + " pid="
                        + ProcessHandle.current().pid());
        end.await();
        close(listening, made);
        return 0;
    }

    private static void prepare(Path folder) throws IOException {
        directory(folder, "rwx--x--x");
        for (var each : FOLDERS.entrySet()) {
            directory(folder.resolve(each.getKey()), each.getValue());
        }
    }

    private static void directory(Path path, String mode) throws IOException {
        if (!Files.isDirectory(path)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String hostName() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    /// The group asked for; else `lxd` where that exists.
    private static Optional<String> socketGroup(String asked) throws IOException {
        if (!asked.isEmpty()) {
            return Optional.of(asked);
        }
        for (String line : Files.readAllLines(Path.of("/etc/group"))) {
            if (line.startsWith("lxd:")) {
                return Optional.of("lxd");
            }
        }
        return Optional.empty();
    }

    private static void report(SqliteStore store, Engine engine) {
        var report = store.report();
        if (report.isBad()) {
            LOG.log(Level.ERROR, report.toString());
            engine.warnings().raise("Database was damaged", "high", report.toString(), "");
        }
    }

    /// TERM and INT end the daemon and leave instances running; PWR (the host's power fails) stops them
    /// first. QUIT belongs to the JVM, which prints its threads.
    private void onSignals() {
        Signal.handle(new Signal("TERM"), _ -> end.countDown());
        Signal.handle(new Signal("INT"), _ -> end.countDown());
        Signal.handle(
                new Signal("PWR"),
                _ -> Thread.ofVirtual().name("power fails").start(() -> {
                    try {
                        stopInstancesAndEnd(false);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
    }

    private void stopInstancesAndEnd(boolean force) throws InterruptedException {
        HttpServer listening = http;
        Engine running = engine;
        if (listening != null) {
            listening.gate().enter(Gate.Phase.ENDING);
        }
        try {
            if (running != null) {
                if (!force) {
                    running.operations().drain(timeout(running));
                }
                running.shutdownInstances(force);
            }
        } finally {
            // After the answer: whoever asked is told first.
            Thread.ofVirtual().name("end").start(end::countDown);
        }
    }

    /// `core.shutdown_timeout`, in minutes.
    private static Duration timeout(Engine engine) {
        String minutes = engine.settings().current().get("core.shutdown_timeout", "5");
        try {
            return Duration.ofMinutes(Math.max(0, Long.parseLong(minutes)));
        } catch (NumberFormatException e) {
            return Duration.ofMinutes(5);
        }
    }

    private void close(HttpServer http, Engine engine) {
        http.gate().enter(Gate.Phase.ENDING);
        try {
            engine.operations().drain(GRACE);
            if (guests != null) {
                guests.close();
            }
            http.close();
            Files.deleteIfExists(Places.socket());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "the socket was not closed cleanly", e);
        }
        engine.close();
        LOG.log(Level.INFO, "ended; instances go on");
    }
}
