package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupIndex;
import io.lightvisor.engine.backup.IdmapText;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ProgressLine;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.image.Progress;
import io.lightvisor.image.backup.BackupReader;
import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.driver.PlainMark;
import io.lightvisor.storage.driver.StorageFailure;
import io.lightvisor.store.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes an instance, with its snapshots, of a backup that a client sends.
///
///     receive whole -> read index -> decide -> (operation) record -> unpack out of sight -> rename into place
final class ImportInstanceFlow {
    private static final int BUFFER = 1 << 20;
    /// So many snapshots are unpacked in one pass over the archive; each is one level of the stack.
    private static final int AT_ONCE = 50;

    private final World world;
    private final ImportPlanner planner;
    private final BackupStore files;
    private final SecureRandom random = new SecureRandom();

    ImportInstanceFlow(World world, ImportPlanner planner, BackupStore files) {
        this.world = world;
        this.planner = planner;
        this.files = files;
    }

    /// A backup received and understood, to be handed to [#run] or closed.
    record Received(Path file, BackupIndex index, ImportPlanner.Wish wish) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /// Takes the archive in and refuses what is plainly wrong. Nothing is left when this throws.
    Received receive(InputStream body, ImportPlanner.Wish wish) throws IOException {
        var file = files.incoming();
        try {
            save(body, file);
            var index = BackupIndex.parseIndex(BackupReader.of(file).index());
            planner.accept(world.store().facts(), index, wish);
            return new Received(file, index, wish);
        } catch (IOException | SyscallException e) {
            Files.deleteIfExists(file);
            throw failure(e, file);
        } catch (RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void save(InputStream body, Path file) throws IOException {
        var buffer = new byte[BUFFER];
        try (var out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                var bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    Instance run(Received received, Operation op) throws Exception {
        var index = received.index();
        try (var steps = new Steps()) {
            var made = steps.run(
                    () -> world.store().decide(draft -> planner.record(draft, index, received.wish(), random)),
                    this::forget);
            try (var _ = world.locks().lock(made.id())) {
                var facts = world.store().facts();
                if (facts.instance(made.ref()).isEmpty()) {
                    throw Problem.notFound("Instance \"" + made.name() + "\" was deleted while it was imported")
                            .exception();
                }
                var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, made));
                steps.onFailure(() -> world.pools().delete(pool, made.ref()));
                var reader = BackupReader.of(received.file());
                var progress = new ProgressLine(op, "create_instance_from_image_unpack_progress");
                BlockingThread.call("lightvisor:import", () -> {
                    unpack(reader, index, pool, made, progress);
                    return true;
                });
                for (var each : index.snapshots()) {
                    world.pools().settleSnapshot(pool, made.ref(), each.name());
                }
                world.store().decide(draft -> {
                    draft.put(Kind.INSTANCE, made.withKeys(Map.of(Volatile.CREATING, "")));
                    return true;
                });
            } catch (IOException | SyscallException e) {
                throw failure(e, received.file());
            }
            steps.keep();
            world.events()
                    .lifecycle(
                            made.project(),
                            "instance-created",
                            Urls.of("instances", made.name().value(), made.project()));
            return made;
        }
    }

    private void unpack(BackupReader reader, BackupIndex index, StoragePool pool, Instance made, Progress progress)
            throws Exception {
        var snapshots = index.snapshots();
        int last = Math.max(0, (snapshots.size() - 1) / AT_ONCE);
        for (int i = 0; i <= last; i++) {
            var some = snapshots.subList(
                    Math.min(i * AT_ONCE, snapshots.size()), Math.min((i + 1) * AT_ONCE, snapshots.size()));
            lay(new Laying(reader, index, pool, made, progress, some, i == last), 0, new ArrayList<>());
        }
    }

    /// One pass over the archive.
    ///
    /// @param whole whether the instance's own root is among what is made
    private record Laying(
            BackupReader reader,
            BackupIndex index,
            StoragePool pool,
            Instance made,
            Progress progress,
            List<BackupIndex.Snapshot> snapshots,
            boolean whole) {}

    /// Opens one volume inside the other, so that all are filled in one pass and none is in place before that.
    private void lay(Laying laying, int depth, List<BackupReader.Target> targets) throws Exception {
        boolean overlay = laying.pool().driver().equals("overlay");
        if (depth < laying.snapshots().size()) {
            var snapshot = laying.snapshots().get(depth);
            var shift = IdmapText.parse(snapshot.config().getOrDefault(Volatile.LAST_IDMAP, ""));
            world.pools().fillSnapshot(laying.pool(), laying.made().ref(), snapshot.name(), (folder, root) -> {
                targets.add(new BackupReader.Target(
                        "snapshots/" + snapshot.name(), folder, root, shift, overlay, PlainMark.ALL));
                lay(laying, depth + 1, targets);
            });
        } else if (laying.whole()) {
            var shift = IdmapText.parse(laying.index().config().getOrDefault(Volatile.LAST_IDMAP, ""));
            world.pools().fillInstance(laying.pool(), laying.made().ref(), (folder, root) -> {
                targets.add(new BackupReader.Target("container", folder, root, shift, overlay, PlainMark.ALL));
                read(laying, targets);
            });
        } else {
            read(laying, targets);
        }
    }

    private static void read(Laying laying, List<BackupReader.Target> targets) {
        try {
            laying.reader().unpack(targets, laying.progress());
            targets.stream().filter(BackupReader.Target::overlay).forEach(ImportInstanceFlow::mark);
        } catch (IOException | SyscallException e) {
            throw failure(e, targets.getFirst().folder());
        }
    }

    /// Says which folders of a layer are the guest's own business.
    private static void mark(BackupReader.Target target) {
        var there = new TreeSet<String>();
        for (String path : PlainMark.ALL) {
            if (Files.isDirectory(target.root().resolve(path), LinkOption.NOFOLLOW_LINKS)) {
                there.add(path);
            }
        }
        if (!there.isEmpty()) {
            try (var root = DirFd.open(target.root())) {
                PlainMark.write(root, there);
            }
        }
    }

    private static ProblemException failure(Exception e, Path where) {
        if (e instanceof BadArchive || e instanceof EOFException) {
            return new Problem.BadRequest("Backup not imported", String.valueOf(e.getMessage()), "").exception(e);
        }
        if (e instanceof InterruptedIOException) {
            return Problem.failed("Backup not imported", "interrupted").exception(e);
        }
        return StorageFailure.of("Backup not imported", where.resolveSibling("."), e);
    }

    private void forget(Instance made) {
        world.store().decide(draft -> {
            for (var pool : draft.storagePools()) {
                draft.remove(
                        Kind.STORAGE_VOLUME,
                        new StorageVolume.Ref(
                                pool.name(),
                                made.project(),
                                StorageVolume.Type.CONTAINER,
                                made.name().value()));
            }
            draft.snapshots(made.ref()).forEach(each -> draft.remove(Kind.INSTANCE_SNAPSHOT, each.ref()));
            return draft.remove(Kind.INSTANCE, made.ref());
        });
    }
}
