package io.lightvisor.linux.fs;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.NativeBuffers;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.poll.Poller;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tells what happens to files: inotify(7). The number of instances per user is small (128 by default): share
/// one.
public final class Inotify implements AutoCloseable {
    private static final int IN_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int HEADER = 16;

    private final Fd fd;

    private Inotify(Fd fd) {
        this.fd = fd;
    }

    /// What can happen.
    public enum Kind {
        MODIFIED(0x2),
        ATTRIBUTES(0x4),
        CLOSED_AFTER_WRITE(0x8),
        MOVED_AWAY(0x40),
        MOVED_HERE(0x80),
        CREATED(0x100),
        DELETED(0x200),
        SELF_DELETED(0x400),
        SELF_MOVED(0x800),
        /// The watch has ended: the file is gone or its file system unmounted. Always told.
        ENDED(0x8000),
        /// Events were lost: look at everything again. Always told, with watch -1.
        OVERFLOWN(0x4000);

        private final int bit;

        Kind(int bit) {
            this.bit = bit;
        }
    }

    /// @param watch the answer of [#add]
    /// @param name of the entry, if a directory is watched; else empty
    public record Event(int watch, List<Kind> kinds, String name) {
        public Event {
            kinds = List.copyOf(kinds);
        }
    }

    public static Inotify create() {
        return new Inotify(Syscalls.fd(
                Syscalls.syscall(SyscallNumber.inotify_init1, IN_NONBLOCK_CLOEXEC), "inotify_init1(2)", ""));
    }

    /// Watches a file or a directory with its entries; the number that its events carry.
    public int add(Path path, Kind... kinds) {
        int mask = 0;
        for (var kind : kinds) {
            mask |= kind.bit;
        }
        try (var scratch = Scratch.borrow()) {
            return (int) Syscalls.check(
                    Syscalls.syscall(
                            SyscallNumber.inotify_add_watch, Syscalls.number(fd), scratch.text(path.toString()), mask),
                    "inotify_add_watch(2)",
                    path.toString());
        }
    }

    public void remove(int watch) {
        Syscalls.check(
                Syscalls.syscall(SyscallNumber.inotify_rm_watch, Syscalls.number(fd), watch),
                "inotify_rm_watch(2)",
                fd);
    }

    public Fd fd() {
        return fd;
    }

    /// Waits until something has happened, and tells all of it.
    public List<Event> await() throws InterruptedException {
        while (true) {
            var events = poll();
            if (!events.isEmpty()) {
                return events;
            }
            Poller.shared().awaitReadable(fd);
        }
    }

    /// What has happened and was not told yet.
    public List<Event> poll() {
        var buffer = NativeBuffers.borrow();
        try {
            long length = Syscalls.read(fd, buffer, NativeBuffers.SIZE);
            if (Syscalls.isAgain(length)) {
                return List.of();
            }
            Syscalls.check(length, "read(2)", fd);
            var events = new ArrayList<Event>();
            for (long at = 0; at + HEADER <= length; ) {
                int room = buffer.get(ValueLayout.JAVA_INT, at + 12);
                events.add(event(buffer.asSlice(at, HEADER + room)));
                at += HEADER + room;
            }
            return events;
        } finally {
            NativeBuffers.giveBack(buffer);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    /// "struct inotify_event": wd 0, mask 4, cookie 8, len 12, name 16.
    private static Event event(MemorySegment raw) {
        int mask = raw.get(ValueLayout.JAVA_INT, 4);
        var kinds = new ArrayList<Kind>(1);
        for (var kind : Kind.values()) {
            if ((mask & kind.bit) != 0) {
                kinds.add(kind);
            }
        }
        var name = raw.asSlice(HEADER).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new Event(
                raw.get(ValueLayout.JAVA_INT, 0), kinds, FileNames.decode(java.util.Arrays.copyOf(name, length)));
    }
}
