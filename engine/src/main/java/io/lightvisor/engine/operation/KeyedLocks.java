package io.lightvisor.engine.operation;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// One lock per key, made on demand and gone when nobody holds or awaits it. Keeps the operations of one
/// instance in
/// their order
/// while those of others run beside. Fair: who asked first goes first.
public final class KeyedLocks<K> {
    private final Map<K, Entry> entries = new HashMap<>(); // guarded by itself

    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock(true);
        int users;
    }

    /// A held lock; closing it lets the next one in.
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for the key's lock.
    public Held lock(K key) throws InterruptedException {
        Entry entry;
        synchronized (entries) {
            entry = entries.computeIfAbsent(key, _ -> new Entry());
            entry.users++;
        }
        boolean held = false;
        try {
            entry.lock.lockInterruptibly();
            held = true;
        } finally {
            if (!held) {
                leave(key, entry);
            }
        }
        return () -> {
            entry.lock.unlock();
            leave(key, entry);
        };
    }

    private void leave(K key, Entry entry) {
        synchronized (entries) {
            if (--entry.users == 0) {
                entries.remove(key);
            }
        }
    }
}
