package io.lightvisor.daemon.guest;

import io.lightvisor.engine.Engine;
import io.lightvisor.engine.instance.Guests;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.socket.SocketKind;
import io.lightvisor.linux.socket.UnixListener;
import io.lightvisor.linux.socket.UnixSocket;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Listens at `$LXD_DIR/devlxd/sock`, whose folder every container has as `/dev/lxd`.
///
///     connect -> which container (its cgroup) -> a place among its connections -> request, answer, request, ...
///
/// Who asks is known before a byte is read, and a container that has all its places taken is closed on at
/// once: whatever it does costs the daemon no more than [#MOST_EACH] small buffers.
public final class GuestServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.guest");

    /// Connections of one container at a time.
    static final int MOST_EACH = 32;

    /// Connections of all together.
    private static final int MOST = 4096;

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration REQUEST_TIME = Duration.ofSeconds(10);
    /// When the daemon has no descriptors left it must not ask for one at once again.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            413, "Request Entity Too Large",
            431, "Request Header Fields Too Large",
            500, "Internal Server Error");

    private final Engine engine;
    private final GuestApi api;
    private final UnixListener listener;
    private final Path socket;
    private final ConcurrentHashMap<Long, AtomicInteger> places = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    private GuestServer(Engine engine, Path socket, UnixListener listener) {
        this.engine = engine;
        this.api = new GuestApi(engine);
        this.socket = socket;
        this.listener = listener;
    }

    /// Listens from now on. The socket is made under another name and moved, so that running containers,
    /// who see the folder, find one at every moment.
    ///
    /// @param folder `$LXD_DIR/devlxd`
    public static GuestServer listen(Path folder, Engine engine) throws IOException {
        Path socket = folder.resolve("sock");
        Path beside = folder.resolve("sock.new");
        Files.deleteIfExists(beside);
        var listener = UnixListener.bind(beside, SocketKind.STREAM, 0666);
        try {
            Files.move(beside, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        var server = new GuestServer(engine, socket, listener);
        Thread.ofVirtual().name("guests").start(server::acceptAll);
        return server;
    }

    @Override
    public void close() {
        listener.close();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() {
        while (true) {
            try {
                accept(listener.accept());
            } catch (InterruptedException e) {
                return;
            } catch (SyscallException e) {
                if (e.is(Errno.EBADF)) {
                    return;
                }
                LOG.log(Level.WARNING, "guests cannot connect for a moment: " + e.getMessage());
                try {
                    Thread.sleep(PAUSE);
                } catch (InterruptedException over) {
                    return;
                }
            }
        }
    }

    private void accept(UnixSocket connection) {
        try {
            var guest = guest(connection);
            if (guest.isEmpty() || !take(guest.get().instanceId())) {
                connection.close();
                return;
            }
            Thread.ofVirtual().name("guest " + guest.get().ref().name()).start(() -> serve(connection, guest.get()));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "a guest's connection ended before it began", e);
            connection.close();
        }
    }

    /// Which container connected. The pid is that of the moment of connecting; the pidfd tells whether it
    /// still is that process whose cgroup was read, or one that came after it under the same number.
    private Optional<Guests.Guest> guest(UnixSocket connection) {
        var peer = connection.peer();
        if (peer.pid() <= 0) {
            return Optional.empty();
        }
        var pidfd = connection.peerPidfd();
        try {
            var guest = engine.guests().guest(peer.pid(), peer.uid());
            if (pidfd.isPresent() && Poller.shared().isReadable(pidfd.get())) {
                return Optional.empty();
            }
            return guest;
        } finally {
            pidfd.ifPresent(fd -> fd.close());
        }
    }

    private boolean take(long instance) {
        if (all.incrementAndGet() > MOST) {
            all.decrementAndGet();
            return false;
        }
        boolean[] taken = new boolean[1];
        places.compute(instance, (_, known) -> {
            var count = known == null ? new AtomicInteger() : known;
            taken[0] = count.get() < MOST_EACH;
            if (taken[0]) {
                count.incrementAndGet();
            }
            return count;
        });
        if (!taken[0]) {
            all.decrementAndGet();
        }
        return taken[0];
    }

    private void giveBack(long instance) {
        places.computeIfPresent(instance, (_, count) -> count.decrementAndGet() == 0 ? null : count);
        all.decrementAndGet();
    }

    private void serve(UnixSocket socket, Guests.Guest guest) {
        try (socket) {
            var connection = new GuestConnection(socket);
            boolean more = true;
            while (more) {
                more = one(connection, guest);
            }
        } catch (IOException | SyscallException e) {
            LOG.log(Level.DEBUG, "connection of guest " + guest.ref().name() + " ended: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "connection of guest " + guest.ref().name() + " failed", e);
        } finally {
            giveBack(guest.instanceId());
        }
    }

    /// Whether another request may follow.
    private boolean one(GuestConnection connection, Guests.Guest guest) throws IOException, InterruptedException {
        Optional<GuestRequest> request;
        try {
            request = GuestRequest.read(connection, System.nanoTime() + IDLE.toNanos(), REQUEST_TIME.toNanos());
        } catch (GuestRequest.Refused e) {
            send(connection, GuestAnswer.refusal(e.status(), String.valueOf(e.getMessage())), false, false);
            return false;
        }
        if (request.isEmpty()) {
            return false;
        }
        GuestAnswer answer = answer(guest, request.get());
        boolean headOnly = request.get().method().equals("HEAD");
        switch (answer) {
            case GuestAnswer.Whole whole ->
                send(connection, whole, request.get().keepAlive(), headOnly);
            case GuestAnswer.Copied copied -> copy(connection, copied, headOnly);
            case GuestAnswer.Events events ->
                new GuestEvents(connection).serve(engine.guests(), guest, request.get(), events.types());
        }
        return answer instanceof GuestAnswer.Whole && request.get().keepAlive();
    }

    private GuestAnswer answer(Guests.Guest guest, GuestRequest request) throws InterruptedException {
        try {
            return api.answer(guest, request);
        } catch (ProblemException e) {
            return GuestAnswer.refusal(e.problem().statusCode(), e.problem().sentence());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.log(Level.ERROR, "request of guest " + guest.ref().name() + " failed", e);
            return GuestAnswer.refusal(500, "the daemon's log tells what went wrong");
        }
    }

    private static void send(GuestConnection connection, GuestAnswer.Whole answer, boolean keepAlive, boolean headOnly)
            throws IOException, InterruptedException {
        byte[] head = head(answer.status(), answer.type(), answer.body().length, keepAlive, null);
        var all = new byte[head.length + (headOnly ? 0 : answer.body().length)];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(answer.body(), 0, all, head.length, all.length - head.length);
        connection.send(all);
    }

    private static void copy(GuestConnection connection, GuestAnswer.Copied copied, boolean headOnly)
            throws IOException, InterruptedException {
        var content = copied.content();
        connection.send(head(
                content.status(),
                content.type(),
                content.length().orElse(0),
                false,
                content.headers().get("Content-Disposition")));
        if (!headOnly) {
            content.writer().write(connection.output());
        }
    }

    private static byte[] head(int status, String type, long length, boolean keepAlive, @Nullable String disposition) {
        var head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.getOrDefault(status, "Error"))
                .append("\r\nContent-Type: ")
                .append(type)
                .append(status == 200 ? "" : "\r\nX-Content-Type-Options: nosniff")
                .append("\r\nDate: ")
                .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .append("\r\nContent-Length: ")
                .append(length);
        if (disposition != null) {
            head.append("\r\nContent-Disposition: ").append(disposition);
        }
        return head.append(keepAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
