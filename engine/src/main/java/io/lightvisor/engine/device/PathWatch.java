package io.lightvisor.engine.device;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Inotify;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.poll.Registration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tells when a path of the host may have come or gone, by watching the folders that lead to it. One inotify instance
/// for all: a user may have few.
///
/// A watch on a folder stays as long as any path wants it. An event only says "look again": whoever is told compares
/// with what is there now, so nothing is lost between two looks.
final class PathWatch implements AutoCloseable {
    private static final Inotify.Kind[] KINDS = {
        Inotify.Kind.CREATED,
        Inotify.Kind.DELETED,
        Inotify.Kind.MOVED_HERE,
        Inotify.Kind.MOVED_AWAY,
        Inotify.Kind.ATTRIBUTES,
        Inotify.Kind.SELF_DELETED,
        Inotify.Kind.SELF_MOVED
    };

    private final Inotify inotify = Inotify.create();
    private final Registration registration;
    /// Guarded by `this`. What each path waits for: by watched folder, the names in it that lead on.
    private final Map<Wish, Map<Integer, String>> wishes = new HashMap<>();

    private record Wish(Path path, Runnable told) {}

    PathWatch() {
        registration = Poller.shared().onReadable(inotify.fd(), this::read);
    }

    /// Watches a path, which need not exist.
    ///
    /// @return ends it
    Runnable watch(String path, Runnable told) {
        var wish = new Wish(Path.of(path).toAbsolutePath().normalize(), told);
        synchronized (this) {
            wishes.put(wish, arm(wish.path()));
        }
        return () -> end(wish);
    }

    private synchronized void end(Wish wish) {
        var had = wishes.remove(wish);
        if (had == null) {
            return;
        }
        var needed = new HashSet<Integer>();
        wishes.values().forEach(w -> needed.addAll(w.keySet()));
        for (int watch : had.keySet()) {
            if (!needed.contains(watch)) {
                try {
                    inotify.remove(watch);
                } catch (SyscallException e) {
                    // The folder is gone, and its watch with it.
                    if (!e.is(Errno.EINVAL)) {
                        throw e;
                    }
                }
            }
        }
    }

    /// Watches every folder on the way that exists.
    private Map<Integer, String> arm(Path path) {
        var watches = new HashMap<Integer, String>();
        Path at = Path.of("/");
        for (Path name : path) {
            try {
                watches.put(inotify.add(at, KINDS), name.toString());
            } catch (SyscallException e) {
                if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                    break;
                }
                throw e;
            }
            at = at.resolve(name);
        }
        return watches;
    }

    private void read() {
        var told = new ArrayList<Wish>();
        synchronized (this) {
            List<Inotify.Event> events = inotify.poll();
            for (var wish : Set.copyOf(wishes.keySet())) {
                if (concerns(events, wishes.getOrDefault(wish, Map.of()))) {
                    told.add(wish);
                    wishes.put(wish, arm(wish.path()));
                }
            }
        }
        told.forEach(wish -> wish.told().run());
    }

    private static boolean concerns(List<Inotify.Event> events, Map<Integer, String> watches) {
        for (var event : events) {
            String name = watches.get(event.watch());
            if (event.watch() < 0
                    || name != null && (event.name().isEmpty() || event.name().equals(name))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        registration.close();
        inotify.close();
    }
}
