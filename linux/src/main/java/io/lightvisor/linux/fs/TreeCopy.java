package io.lightvisor.linux.fs;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.SyscallException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One copy of a tree. A directory is a piece of work: its files are copied at once, its directories become
/// pieces of their own. Newest first, so that few directories are open at a time. A directory gets its times
/// and mode when everything below is done, because every entry made in it would change them.
final class TreeCopy {
    /// Below this many entries a second thread costs more than it gains.
    private static final int BIG = 400;

    private static final int THREADS = 2;

    private final Fd from;
    private final Fd to;
    private final CopyRules rules;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final Deque<Directory> waiting = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private int outstanding;
    private @Nullable Throwable failure;

    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    TreeCopy(Fd from, Fd to) {
        this.from = from;
        this.to = to;
        this.rules = new CopyRules(to);
    }

    /// One directory to copy. Its descriptors are open from the moment it is begun until all below it is done.
    final class Directory {
        final @Nullable Directory parent;
        final byte[] name;
        /// Itself and the directories in it that are not done.
        final AtomicInteger open = new AtomicInteger(1);

        private @Nullable Fd source;
        private @Nullable Fd target;

        Directory(@Nullable Directory parent, byte[] name) {
            this.parent = parent;
            this.name = name;
        }

        Fd source() {
            return java.util.Objects.requireNonNull(source);
        }

        Fd target() {
            return java.util.Objects.requireNonNull(target);
        }

        /// Below the top: `usr/lib/x`.
        String path(byte[] last) {
            var text = FileNames.decode(last);
            for (var at = this; at != null && at.parent != null; at = at.parent) {
                text = FileNames.decode(at.name) + "/" + text;
            }
            return text;
        }

        void close() {
            if (source != null) {
                source.close();
            }
            if (target != null) {
                target.close();
            }
        }
    }

    Trees.Copied run() throws InterruptedException {
        var top = new Directory(null, new byte[0]);
        top.source = from.dup();
        top.target = to.dup();
        outstanding = 1;
        waiting.add(top);
        // Platform threads: the calls block on the disk, and would hold the carriers of everyone's virtual threads.
        startThread();
        try {
            joinAll();
        } catch (InterruptedException e) {
            fail(e);
            joinUninterrupted();
            throw e;
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
        return new Trees.Copied(entries.get(), bytes.get());
    }

    private void startThread() {
        lock.lock();
        try {
            if (threads.size() < THREADS) {
                threads.add(Thread.ofPlatform()
                        .daemon()
                        .name("lightvisor:copy " + to.what())
                        .start(this::work));
            }
        } finally {
            lock.unlock();
        }
    }

    private void joinAll() throws InterruptedException {
        for (int i = 0; ; i++) {
            Thread thread;
            lock.lock();
            try {
                if (i >= threads.size()) {
                    return;
                }
                thread = threads.get(i);
            } finally {
                lock.unlock();
            }
            thread.join();
        }
    }

    private void joinUninterrupted() {
        boolean again;
        do {
            try {
                joinAll();
                again = false;
            } catch (InterruptedException e) {
                again = true;
            }
        } while (again);
    }

    private void work() {
        try (var copier = new EntryCopier(rules)) {
            while (true) {
                var directory = take();
                if (directory == null) {
                    return;
                }
                copy(directory, copier);
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    private @Nullable Directory take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && outstanding > 0 && failure == null) {
                changed.await();
            }
            return failure == null ? waiting.pollLast() : null;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable t) {
        lock.lock();
        try {
            if (failure == null) {
                failure = t;
            } else if (failure != t) {
                failure.addSuppressed(t);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void copy(Directory directory, EntryCopier copier) {
        try {
            var found = new ArrayList<Directory>();
            if (begin(directory, copier)) {
                copyEntries(directory, copier, found);
            }
            directory.open.addAndGet(found.size());
            hand(found);
            finish(directory, copier);
        } catch (Throwable t) {
            for (var at = directory; at != null; at = at.parent) {
                at.close();
            }
            throw t;
        }
    }

    /// Opens both sides; false if there is nothing to copy in it.
    private boolean begin(Directory directory, EntryCopier copier) {
        var parent = directory.parent;
        if (parent == null) {
            return true;
        }
        var text = FileNames.decode(directory.name);
        try {
            directory.source = Open.below(
                    parent.source(),
                    text,
                    new Resolve[] {Resolve.NO_XDEV, Resolve.NO_SYMLINKS},
                    0,
                    OpenFlag.READ,
                    OpenFlag.DIRECTORY,
                    OpenFlag.NO_ACCESS_TIME);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                return false;
            }
            if (e.is(Errno.EXDEV)) {
                copier.makeDirectory(parent.target(), directory.name);
                return false;
            }
            throw e;
        }
        copier.makeDirectory(parent.target(), directory.name);
        directory.target = Open.below(
                parent.target(), text, new Resolve[] {Resolve.NO_SYMLINKS}, 0, OpenFlag.READ, OpenFlag.DIRECTORY);
        return true;
    }

    private void copyEntries(Directory directory, EntryCopier copier, List<Directory> found) {
        int count = 0;
        long copied = 0;
        try (var reader = DirReader.open(directory.source())) {
            while (reader.next()) {
                count++;
                if (reader.kind() == DirReader.DT_DIR) {
                    found.add(new Directory(directory, reader.name()));
                    continue;
                }
                long result = copier.copy(directory, reader);
                if (result == EntryCopier.IS_DIRECTORY) {
                    found.add(new Directory(directory, reader.name()));
                } else {
                    copied += result;
                }
            }
        }
        bytes.addAndGet(copied);
        if (entries.addAndGet(count) > BIG) {
            startThread();
        }
    }

    private void hand(List<Directory> found) {
        if (found.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            waiting.addAll(found);
            outstanding += found.size();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Counts one piece as done; the last one below a directory completes it, and so upwards.
    private void finish(Directory done, EntryCopier copier) {
        for (@Nullable Directory at = done; at != null && at.open.decrementAndGet() == 0; at = at.parent) {
            if (at.source != null && at.target != null) {
                copier.copyAttributes(at.source, at.target);
            }
            at.close();
        }
        lock.lock();
        try {
            outstanding--;
            if (outstanding == 0) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
