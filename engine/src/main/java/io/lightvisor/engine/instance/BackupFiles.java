package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupYaml;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Profile;
import io.lightvisor.model.StoragePool;
import io.lightvisor.store.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps `backup.yaml` beside each instance up to date, behind everybody's back: a change only wakes the one thread
/// that
/// writes, and what changes again within a moment is written once.
///
/// A file is written beside, synced and renamed; one that cannot be written (its folder is just being renamed, the disk
/// is full) is tried again at the next change.
final class BackupFiles implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final String NAME = "backup.yaml";
    private static final String FRESH = ".backup.yaml.new";
    /// Starts and stops change an instance several times.
    private static final long MOMENT_MILLIS = 100;

    private static final int LARGEST = 16 << 20;

    private final World world;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean dirty = true;
    private boolean ended;
    /// What the files on disk were made of; only the writing thread's.
    private final Map<Long, Source> written = new HashMap<>();

    private record Source(
            Instance instance,
            List<Profile> profiles,
            StoragePool pool,
            List<InstanceSnapshot> snapshots,
            Path folder) {}

    private record Pending(long id, Source source, byte[] content) {}

    BackupFiles(World world) {
        this.world = world;
    }

    /// Begins: first with all, because a crash may have come between record and file.
    void start() {
        world.events().afterChange(this::wake);
        Thread.ofPlatform().daemon().name("lightvisor:backup.yaml").start(this::run);
    }

    private void wake() {
        lock.lock();
        try {
            dirty = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (await()) {
                try {
                    writeChanged();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "backup.yaml not written, trying at the next change", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean await() throws InterruptedException {
        lock.lock();
        try {
            while (!dirty && !ended) {
                changed.await();
            }
            long left = TimeUnit.MILLISECONDS.toNanos(MOMENT_MILLIS);
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean more = dirty || !ended;
            dirty = false;
            return more;
        } finally {
            lock.unlock();
        }
    }

    private void writeChanged() {
        var facts = world.store().facts();
        var pending = new ArrayList<Pending>();
        var living = new java.util.HashSet<Long>();
        for (var instance : facts.instances()) {
            living.add(instance.id());
            if (instance.config().containsKey(Volatile.CREATING)) {
                continue;
            }
            try {
                var source = source(facts, instance);
                if (!source.equals(written.get(instance.id()))) {
                    boolean running = world.runs().containsKey(instance.id());
                    pending.add(new Pending(instance.id(), source, BackupYaml.file(facts, instance, running)));
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "no backup.yaml for " + instance.hostName() + ": " + e.getMessage());
            }
        }
        written.keySet().retainAll(living);
        write(pending);
    }

    private Source source(Facts facts, Instance instance) {
        var profiles = Profiles.of(facts, instance);
        var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
        return new Source(
                instance,
                profiles,
                pool,
                facts.snapshots(instance.ref()),
                world.pools().instancePath(pool, instance.ref()));
    }

    /// All are written, then synced, then renamed: of several syncs the first does the work of all.
    private void write(List<Pending> pending) {
        var fresh = new ArrayList<Pending>();
        for (var each : pending) {
            try {
                if (isAlready(each)) {
                    written.put(each.id(), each.source());
                    continue;
                }
                var file = each.source().folder().resolve(FRESH);
                Files.deleteIfExists(file);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, each.content());
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
                fresh.add(each);
            } catch (NoSuchFileException e) {
                // Renamed or deleted meanwhile: that told a change too.
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "backup.yaml not written, trying at the next change: " + e);
            }
        }
        for (var each : fresh) {
            try {
                var file = each.source().folder().resolve(FRESH);
                try (var open = Open.path(file, OpenFlag.READ, OpenFlag.NO_FOLLOW)) {
                    open.syncData();
                }
                Files.move(file, file.resolveSibling(NAME), StandardCopyOption.ATOMIC_MOVE);
                written.put(each.id(), each.source());
            } catch (IOException | SyscallException e) {
                LOG.log(System.Logger.Level.DEBUG, "backup.yaml not renamed, trying at the next change: " + e);
            }
        }
    }

    private static boolean isAlready(Pending each) throws IOException {
        var file = each.source().folder().resolve(NAME);
        try (var in = Files.newInputStream(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return Arrays.equals(in.readNBytes(LARGEST), each.content());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Writes what is still to be written, in the background.
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
