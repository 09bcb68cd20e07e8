package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Events;
import io.lightvisor.model.ExpandedInstance;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// What a running guest is told about itself: its own keys and its devices as they change. Listeners are
/// called on the teller's thread and must only put the news away.
public final class GuestNews {
    private final ConcurrentHashMap<Long, CopyOnWriteArrayList<Listener>> listeners = new ConcurrentHashMap<>();

    /// What changed.
    public sealed interface News {
        /// The type's name on the wire.
        String type();

        /// A key that the guest may read. An absent value is empty.
        record Config(String key, String before, String after) implements News {
            @Override
            public String type() {
                return "config";
            }
        }

        /// A device.
        ///
        /// @param action  `added`, `removed` or `updated`
        /// @param options as they are now, or were before it was removed
        record Device(String name, String action, Map<String, String> options) implements News {
            @Override
            public String type() {
                return "device";
            }
        }
    }

    /// Hears the news of one instance.
    @FunctionalInterface
    public interface Listener {
        void heard(News news);
    }

    /// Listens from the moment this returns.
    public Events.Subscription subscribe(long instanceId, Listener listener) {
        listeners.compute(instanceId, (_, known) -> {
            var list = known == null ? new CopyOnWriteArrayList<Listener>() : known;
            list.add(listener);
            return list;
        });
        return () -> listeners.computeIfPresent(instanceId, (_, known) -> {
            known.remove(listener);
            return known.isEmpty() ? null : known;
        });
    }

    /// Tells what differs.
    void changed(ExpandedInstance before, ExpandedInstance after) {
        List<Listener> hearing = listeners.get(after.instance().id());
        if (hearing == null) {
            return;
        }
        var keys = new TreeSet<String>();
        keys.addAll(before.config().keySet());
        keys.addAll(after.config().keySet());
        for (var key : keys) {
            String was = before.config(key, "");
            String is = after.config(key, "");
            if (Guests.mayRead(key) && !was.equals(is)) {
                tell(hearing, new News.Config(key, was, is));
            }
        }
        devices(hearing, before, after);
    }

    private static void devices(List<Listener> hearing, ExpandedInstance before, ExpandedInstance after) {
        var names = new TreeSet<>(before.devices().byName().keySet());
        names.addAll(after.devices().byName().keySet());
        for (var name : names) {
            var was = before.devices().byName().get(name);
            var is = after.devices().byName().get(name);
            if (is == null) {
                tell(hearing, new News.Device(name, "removed", was == null ? Map.of() : was));
            } else if (was == null) {
                tell(hearing, new News.Device(name, "added", is));
            } else if (!was.equals(is)) {
                tell(hearing, new News.Device(name, "updated", is));
            }
        }
    }

    private static void tell(List<Listener> hearing, News news) {
        for (var listener : hearing) {
            listener.heard(news);
        }
    }
}
