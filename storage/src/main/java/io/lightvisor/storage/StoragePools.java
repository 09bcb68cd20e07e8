package io.lightvisor.storage;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Instance;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.StoragePool;
import io.lightvisor.storage.driver.Copies;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.RootCopy;
import io.lightvisor.storage.driver.RootLayout;
import io.lightvisor.storage.driver.StorageFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/// All storage pools of a host: picks the driver of a pool and speaks for it.
///
/// A pool comes to life by [#create] or, at the start of the daemon, by [#recover]. Everything else wants a living
/// pool.
/// Calls for one instance come one after another (the engine sees to it); all others may come at once.
///
///     complete -> (record) -> create -> ensureImage -> createInstance -> ... -> delete(instance) -> delete(pool)
///
/// Failures are [ProblemException]s that name the object, the failing call and, on a full disk, what is free. A failed
/// call leaves nothing behind.
public final class StoragePools implements AutoCloseable {
    private final Path lxdDir;
    private final Trash trash = new Trash();
    private final Map<PoolName, Pool> pools = new ConcurrentHashMap<>();

    /// @param lxdDir the folder of all state; `storage-pools/` and `containers/` below it are made when missing
    public StoragePools(Path lxdDir) {
        this.lxdDir = lxdDir.toAbsolutePath();
    }

    @Override
    public void close() {
        trash.close();
    }

    // ---- pools

    /// The drivers that this host can run.
    public List<DriverInfo> supportedDrivers() {
        var supported = new ArrayList<DriverInfo>();
        for (var kind : DriverKind.values()) {
            if (kind != DriverKind.OVERLAY || OverlaySupport.kernelHasIt()) {
                supported.add(new DriverInfo(kind.wire(), kind.version(), false));
            }
        }
        return List.copyOf(supported);
    }

    /// The driver for a pool that nobody chose one for, in the data folder: `overlay` where its file system can carry
    /// one, else `dir`. (btrfs comes before both where the file system is one, once it is offered.)
    public String defaultDriver() {
        return OverlaySupport.whyNot(lxdDir).isEmpty() ? DriverKind.OVERLAY.wire() : DriverKind.DIR.wire();
    }

    /// A pool as it will be recorded: driver and keys checked, `source` filled in. Touches nothing.
    public StoragePool complete(StoragePool wanted) {
        PoolRules.check(wanted);
        var config = new TreeMap<>(wanted.config());
        if (config.getOrDefault("source", "").isEmpty()) {
            config.put("source", defaultSource(wanted.name()).toString());
        }
        config.values().removeIf(String::isEmpty);
        return new StoragePool(wanted.name(), wanted.driver(), wanted.description(), config);
    }

    /// Checks the new keys of an existing pool.
    public void validateUpdate(StoragePool before, StoragePool after) {
        PoolRules.checkUpdate(before, after);
    }

    /// Makes the pool's folders.
    ///
    /// @param pool completed; a `source` of the user's must be an existing, empty folder
    public void create(StoragePool pool) {
        var source = source(pool);
        boolean own = source.equals(defaultSource(pool.name()));
        try {
            if (!own) {
                requireUsableSource(source);
            }
            if (pool.driver().equals(DriverKind.OVERLAY.wire())) {
                requireOverlay(pool, own ? lxdDir : source);
            }
            Folders.ensure(lxdDir.resolve("storage-pools"), Folders.PASSABLE);
            if (own) {
                Folders.make(source, Folders.PASSABLE);
            } else {
                // LXD mounts the folder there; a link shows the same and needs no care after a reboot.
                Files.createSymbolicLink(defaultSource(pool.name()), source);
            }
            var living = living(pool);
            living.prepare();
            pools.put(pool.name(), living);
        } catch (FileAlreadyExistsException e) {
            throw Problem.conflict("Source path '" + e.getFile() + "' already exists; it belongs to no storage pool")
                    .exception(e);
        } catch (IOException | SyscallException e) {
            removeFolders(pool);
            throw StorageFailure.of("storage pool \"" + pool.name() + "\" not created", lxdDir, e);
        }
    }

    /// Removes the pool's folders, images included. Whether the pool is in use is the engine's question; a pool that
    /// still holds instances or custom volumes is refused all the same.
    public void delete(StoragePool pool) {
        var folder = new PoolFolder(source(pool));
        try {
            for (var kept : List.of("containers", "containers-snapshots", "custom", "custom-snapshots")) {
                if (!isEmpty(folder.path().resolve(kept))) {
                    throw Problem.badRequest("The storage pool is currently in use")
                            .exception();
                }
            }
            pools.remove(pool.name());
            trash.awaitEmpty();
            removeFolders(pool);
        } catch (IOException | SyscallException e) {
            throw StorageFailure.of("storage pool \"" + pool.name() + "\" not deleted", lxdDir, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("storage pool \"" + pool.name() + "\" not deleted", "interrupted")
                    .exception(e);
        }
    }

    /// Brings recorded pools to life at the start of the daemon, and takes up unfinished removals.
    ///
    /// @return pools that cannot be used, each with the reason
    public Map<PoolName, Problem> recover(Collection<StoragePool> recorded) {
        var broken = new LinkedHashMap<PoolName, Problem>();
        for (var pool : recorded) {
            try {
                if (!Files.isDirectory(source(pool))) {
                    throw new NotDirectoryException(source(pool).toString());
                }
                var living = living(pool);
                living.prepare();
                living.resume();
                pools.put(pool.name(), living);
            } catch (IOException | RuntimeException e) {
                broken.put(
                        pool.name(),
                        StorageFailure.of("storage pool \"" + pool.name() + "\" cannot be used", lxdDir, e)
                                .problem());
            }
        }
        return broken;
    }

    /// Brings a pool to life that lies there already and that no record knows: of a lost database, or another server.
    public void adopt(StoragePool pool) {
        PoolRules.check(pool);
        var source = source(pool);
        try {
            if (!Files.isDirectory(source.resolve("containers"), LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.badRequest("Source path '" + Problem.printable(source.toString())
                                + "' is no storage pool: it has no folder containers")
                        .exception();
            }
            if (!source.equals(defaultSource(pool.name()))) {
                Folders.ensure(lxdDir.resolve("storage-pools"), Folders.PASSABLE);
                if (!Files.isSymbolicLink(defaultSource(pool.name()))) {
                    Files.createSymbolicLink(defaultSource(pool.name()), source);
                }
            }
            var living = living(pool);
            living.prepare();
            pools.put(pool.name(), living);
        } catch (IOException | SyscallException e) {
            throw StorageFailure.of("storage pool \"" + pool.name() + "\" not recovered", lxdDir, e);
        }
    }

    /// How full the file system below a pool is.
    public PoolResources resources(StoragePool pool) {
        try {
            var stat = Folders.fileSystem(source(pool));
            return new PoolResources(
                    stat.total(),
                    stat.total() - stat.free(),
                    stat.available(),
                    stat.inodes(),
                    stat.inodes() - stat.freeInodes());
        } catch (SyscallException e) {
            throw StorageFailure.of("storage pool \"" + pool.name() + "\" cannot be read", lxdDir, e);
        }
    }

    // ---- images

    /// The content of an image in a pool, unpacked now if it is not there. Concurrent askers share one unpacking; a
    /// crash leaves either the whole content or none.
    ///
    /// @param filler unpacks the image; called only if it is needed
    /// @throws InterruptedException if the thread is interrupted while it unpacks or waits
    public ImageVolume ensureImage(StoragePool pool, Fingerprint fingerprint, ImageFiller filler)
            throws InterruptedException {
        return require(pool).ensureImage(fingerprint, filler);
    }

    /// Removes an image's content from a pool. Roots that are layered on it keep it alive, unseen, until the last of
    /// them goes. Harmless if it is not there.
    public void deleteImage(StoragePool pool, Fingerprint fingerprint) {
        require(pool).deleteImage(fingerprint);
    }

    // ---- roots of instances

    /// Makes the root volume of an instance, and the link `containers/NAME` to it.
    ///
    /// @param image what the root starts with; empty for an empty root
    public RootVolume createInstance(StoragePool pool, Instance.Ref instance, Optional<ImageVolume> image)
            throws InterruptedException {
        var living = require(pool);
        return linked(living, living.createInstance(instance, image));
    }

    /// The root volume of an instance; empty if it has none in this pool. Reads one small file at most.
    public Optional<RootVolume> find(StoragePool pool, Instance.Ref instance) {
        return require(pool).find(instance);
    }

    /// As [#find], but a missing root is a problem.
    public RootVolume require(StoragePool pool, Instance.Ref instance) {
        return find(pool, instance)
                .orElseThrow(() -> new Problem.NotFound(
                                "root volume of instance \"" + instance + "\" not found",
                                require(pool).folder().container(instance.hostName()) + " is missing or has no root",
                                "restore it, or delete the instance")
                        .exception());
    }

    /// Opens the root file system of a stopped instance for the host. Close it before the instance starts.
    public HostRoot openRoot(RootVolume volume) {
        return open(volume.layout(), Pool.rootOf(volume.instance()), volume.folder());
    }

    /// Makes ready what a guest that runs containers needs as real folders, before a start of it; see [PlainFolders].
    ///
    /// @param nesting whether it may run containers; otherwise only what it has already
    /// @return paths below the root and below the upper layer of its overlay; none where the root is no overlay
    public List<String> plainFolders(RootVolume volume, boolean nesting) throws InterruptedException {
        if (!(volume.layout() instanceof RootLayout.Overlay overlay)) {
            return List.of();
        }
        try {
            return PlainFolders.prepare(overlay, nesting);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw StorageFailure.of(
                    "folders for nested containers of instance \"" + volume.instance() + "\" not made",
                    volume.folder(),
                    e);
        }
    }

    /// Where the volume of an instance lies, whether it is there or not. Touches nothing.
    public Path instancePath(StoragePool pool, Instance.Ref instance) {
        return new PoolFolder(source(pool)).container(instance.hostName());
    }

    /// Gives the root volume of a stopped instance (with its snapshots) another name.
    public RootVolume rename(StoragePool pool, Instance.Ref from, Instance.Ref to) {
        var living = require(pool);
        living.rename(from, to);
        try {
            unlink(lxdDir.resolve("containers"), living, from);
            link(living.folder().container(to.hostName()), to);
            unlink(lxdDir.resolve("snapshots"), living, from);
        } catch (IOException e) {
            throw StorageFailure.of("link to instance \"" + to + "\" not made", lxdDir, e);
        }
        if (Files.isDirectory(living.folder().containerSnapshots().resolve(to.hostName()))) {
            linkSnapshots(living, to);
        }
        return require(pool, to);
    }

    /// Deletes the root volume of a stopped instance with its snapshots: out of sight at once, removed in the
    /// background. Harmless if it is not there.
    public void delete(StoragePool pool, Instance.Ref instance) {
        require(pool).delete(instance);
        try {
            unlink(lxdDir.resolve("containers"), require(pool), instance);
            unlink(lxdDir.resolve("snapshots"), require(pool), instance);
        } catch (IOException e) {
            throw StorageFailure.of("link to instance \"" + instance + "\" not removed", lxdDir, e);
        }
    }

    // ---- copies

    /// What a copy is made of.
    ///
    /// @param snapshot empty: the instance as it is now
    /// @param running  whether the instance runs; its processes must be frozen until the call returns
    public record CopySource(
            StoragePool pool, Instance.Ref instance, Optional<SnapshotName> snapshot, boolean running) {
        /// A snapshot.
        public static CopySource of(StoragePool pool, Instance.Ref instance, SnapshotName snapshot) {
            return new CopySource(pool, instance, Optional.of(snapshot), false);
        }
    }

    /// Makes the root volume of a new instance that starts as another one, or a snapshot, is. In one `overlay` pool
    /// nothing is copied, unless the source runs.
    public RootVolume copy(CopySource source, StoragePool pool, Instance.Ref to) throws InterruptedException {
        var living = require(pool);
        var volume = living.create(to, fresh -> copyInto(source, living, fresh));
        return linked(living, volume);
    }

    /// Makes the root of a stopped instance what another one, or a snapshot of it or another, is. Its own root stays
    /// until the new one is whole. Its snapshots stay.
    public RootVolume replace(CopySource source, StoragePool pool, Instance.Ref to) throws InterruptedException {
        var living = require(pool);
        living.replace(to, fresh -> copyInto(source, living, fresh));
        return require(pool, to);
    }

    /// Copies a snapshot of one instance as a snapshot of another. [#settleSnapshot] ends it.
    public SnapshotVolume copySnapshot(
            StoragePool fromPool, Instance.Ref from, SnapshotName name, StoragePool pool, Instance.Ref to)
            throws InterruptedException {
        var living = require(pool);
        var source = requireSnapshot(fromPool, from, name);
        var made = living.snapshots().create(to, name, fresh -> {
            Pool.copyDescription(Optional.of(source.folder()), fresh);
            if (fromPool.name().equals(pool.name())) {
                living.driver().copyFrozen(source.folder(), fresh);
            } else {
                copyRoot(source.layout(), living.driver().createFillableFrozen(fresh));
            }
        });
        linkSnapshots(living, to);
        return made;
    }

    private void copyInto(CopySource source, Pool target, Path fresh) throws Exception {
        var from = require(source.pool());
        boolean same = from == target;
        if (source.snapshot().isPresent()) {
            var snapshot = from.snapshots()
                    .require(source.instance(), source.snapshot().get());
            Pool.copyDescription(Optional.of(snapshot.folder()), fresh);
            if (same) {
                target.driver().thaw(snapshot.folder(), fresh);
            } else {
                copyRoot(snapshot.layout(), target.driver().createFillable(fresh));
            }
            return;
        }
        var volume = require(source.pool(), source.instance());
        Pool.copyDescription(Optional.of(volume.folder()), fresh);
        if (same) {
            target.driver().copyRoot(volume.folder(), fresh, source.running());
        } else {
            copyRoot(readOnly(volume.layout()), target.driver().createFillable(fresh));
        }
    }

    private static RootLayout readOnly(RootLayout layout) {
        return layout instanceof RootLayout.Overlay overlay ? overlay.readOnly() : layout;
    }

    private static void copyRoot(RootLayout source, Path target) throws Exception {
        BlockingThread.call("lightvisor:copy", () -> {
            RootCopy.copy(source, target);
            return target;
        });
    }

    /// Makes the root volume of a new instance out of what comes from elsewhere.
    public RootVolume fillInstance(StoragePool pool, Instance.Ref instance, VolumeFiller filler)
            throws InterruptedException {
        var living = require(pool);
        var volume = living.create(instance, fresh -> {
            Pool.copyDescription(Optional.empty(), fresh);
            filler.fill(fresh, living.driver().createFillable(fresh));
        });
        return linked(living, volume);
    }

    private RootVolume linked(Pool living, RootVolume volume) {
        try {
            link(volume.folder(), volume.instance());
        } catch (IOException e) {
            living.delete(volume.instance());
            throw StorageFailure.of("link to instance \"" + volume.instance() + "\" not made", lxdDir, e);
        }
        return volume;
    }

    // ---- snapshots

    /// Keeps the root of an instance as it is now. In an `overlay` pool a stopped one is not copied: nobody may have
    /// its root open for writing. [#settleSnapshot] ends it; until then a restarted daemon may throw it away.
    ///
    /// @param running whether the instance runs; its processes must be frozen until the call returns
    public SnapshotVolume createSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name, boolean running)
            throws InterruptedException {
        var living = require(pool);
        var volume = require(pool, instance);
        var made = living.snapshots().create(instance, name, fresh -> {
            Pool.copyDescription(Optional.of(volume.folder()), fresh);
            living.driver().freeze(volume.folder(), fresh, running);
        });
        linkSnapshots(living, instance);
        return made;
    }

    /// Makes a snapshot of an instance out of what comes from elsewhere. [#settleSnapshot] ends it.
    public SnapshotVolume fillSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name, VolumeFiller filler)
            throws InterruptedException {
        var living = require(pool);
        var made = living.snapshots().create(instance, name, fresh -> {
            Pool.copyDescription(Optional.empty(), fresh);
            filler.fill(fresh, living.driver().createFillableFrozen(fresh));
        });
        linkSnapshots(living, instance);
        return made;
    }

    /// The snapshot's volume; empty if it has none in this pool.
    public Optional<SnapshotVolume> findSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name) {
        return require(pool).snapshots().find(instance, name);
    }

    /// As [#findSnapshot], but a missing one is a problem.
    public SnapshotVolume requireSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name) {
        return require(pool).snapshots().require(instance, name);
    }

    /// The records say now what the disk says of this snapshot: it is new, or has this name.
    public void settleSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name) {
        require(pool).snapshots().settle(instance, name);
    }

    /// Gives a snapshot another name. [#settleSnapshot] with the new name ends it.
    public void renameSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName from, SnapshotName to) {
        require(pool).snapshots().rename(instance, from, to);
    }

    /// Says that a snapshot is about to be deleted; call it before the record goes. Harmless if it is not there.
    public void prepareDeleteSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name) {
        require(pool).snapshots().prepareDelete(instance, name);
    }

    /// Deletes a snapshot: out of sight at once, removed in the background. Harmless if it is not there.
    public void deleteSnapshot(StoragePool pool, Instance.Ref instance, SnapshotName name) {
        var living = require(pool);
        living.snapshots().delete(instance, name);
        if (!Files.isDirectory(living.folder().containerSnapshots().resolve(instance.hostName()))) {
            unlinkSnapshots(living, instance);
        }
    }

    /// Finishes or takes back what a crash left between the disk and the records. Call it after [#recover], before
    /// anything is changed.
    ///
    /// @param recorded whether a snapshot (host name of its instance, its name) is recorded
    public void settleSnapshots(BiPredicate<String, String> recorded) {
        for (var living : pools.values()) {
            try {
                living.snapshots().settleAll(recorded);
            } catch (IOException e) {
                throw StorageFailure.of(
                        "snapshots in storage pool \"" + living.name() + "\" cannot be read", lxdDir, e);
            }
        }
    }

    /// Opens the root file system of a snapshot for reading.
    public HostRoot openRoot(SnapshotVolume snapshot) {
        return open(
                snapshot.layout(),
                "snapshot \"" + snapshot.name() + "\" of " + Pool.rootOf(snapshot.instance()),
                snapshot.folder());
    }

    /// Opens the root file system of an instance for reading, without a mount that writes: good also for one that
    /// runs, as long as its processes are frozen.
    public HostRoot openRootReadOnly(RootVolume volume) {
        return open(readOnly(volume.layout()), Pool.rootOf(volume.instance()), volume.folder());
    }

    private static HostRoot open(RootLayout layout, String what, Path folder) {
        try {
            return HostRoot.open(layout);
        } catch (SyscallException e) {
            throw StorageFailure.of(what + " not opened", folder, e);
        }
    }

    /// Makes the links to an instance lead to its root in this pool, after a try to put it elsewhere.
    public void relink(StoragePool pool, Instance.Ref instance) {
        var living = require(pool);
        try {
            link(living.folder().container(instance.hostName()), instance);
        } catch (IOException e) {
            throw StorageFailure.of("link to instance \"" + instance + "\" not made", lxdDir, e);
        }
        if (Files.isDirectory(living.folder().containerSnapshots().resolve(instance.hostName()))) {
            linkSnapshots(living, instance);
        }
    }

    private void linkSnapshots(Pool living, Instance.Ref instance) {
        var links = lxdDir.resolve("snapshots");
        try {
            Folders.ensure(links, Folders.PASSABLE);
            putLink(links, living.folder().containerSnapshots().resolve(instance.hostName()), instance);
        } catch (IOException e) {
            throw StorageFailure.of("link to the snapshots of instance \"" + instance + "\" not made", lxdDir, e);
        }
    }

    private void unlinkSnapshots(Pool living, Instance.Ref instance) {
        try {
            unlink(lxdDir.resolve("snapshots"), living, instance);
        } catch (IOException e) {
            throw StorageFailure.of("link to the snapshots of instance \"" + instance + "\" not removed", lxdDir, e);
        }
    }

    /// Waits until everything deleted so far is removed from the disk.
    public void awaitRemovals() throws InterruptedException {
        trash.awaitEmpty();
    }

    /// Limits the size of a root volume, or lifts the limit.
    ///
    /// @throws ProblemException always when a limit is wanted: neither driver can hold one without project quotas
    public void setQuota(StoragePool pool, Instance.Ref instance, Optional<ByteSize> size) {
        if (size.isPresent()) {
            throw new Problem.BadRequest(
                            "size of the root volume of instance \"" + instance + "\" not set",
                            "storage pool \"" + pool.name() + "\" (" + pool.driver()
                                    + ") has no quotas: they would need project quotas of the file system",
                            "remove \"size\" from the root disk")
                    .exception();
        }
    }

    // ---- inside

    private Pool require(StoragePool pool) {
        var living = pools.get(pool.name());
        if (living == null) {
            throw new Problem.Unavailable(
                            "storage pool \"" + pool.name() + "\" cannot be used",
                            "its folder was not usable when the daemon started",
                            "mend " + source(pool) + " and restart the daemon")
                    .exception();
        }
        return living;
    }

    private Pool living(StoragePool pool) {
        var folder = new PoolFolder(source(pool));
        return new Pool(pool.name(), folder, DriverKind.of(pool).driver(folder), trash);
    }

    private Path defaultSource(PoolName name) {
        return lxdDir.resolve("storage-pools").resolve(name.value());
    }

    private Path source(StoragePool pool) {
        var source = pool.config().getOrDefault("source", "");
        return source.isEmpty() ? defaultSource(pool.name()) : Path.of(source);
    }

    private void requireUsableSource(Path source) throws IOException {
        if (!source.isAbsolute() || !Files.isDirectory(source)) {
            throw Problem.badRequest("Source path '" + Problem.printable(source.toString()) + "' doesn't exist")
                    .exception();
        }
        if (source.normalize().startsWith(lxdDir)) {
            throw Problem.badRequest("Source path '" + source + "' is within the LXD directory")
                    .exception();
        }
        if (!isEmpty(source)) {
            throw Problem.badRequest("Source path '" + source + "' isn't empty").exception();
        }
    }

    private static void requireOverlay(StoragePool pool, Path where) {
        var why = OverlaySupport.whyNot(where);
        if (why.isPresent()) {
            throw new Problem.BadRequest("storage pool \"" + pool.name() + "\" not created", why.get(), "choose dir")
                    .exception();
        }
    }

    /// Removes what [#create] made, as far as it got.
    private void removeFolders(StoragePool pool) {
        var folder = new PoolFolder(source(pool));
        boolean own = folder.path().equals(defaultSource(pool.name()));
        try {
            for (var each : folder.folders()) {
                Copies.removeTree(each);
            }
            Copies.removeTree(folder.path().resolve(".layers"));
            // Of a folder of the user's only the link goes.
            Files.deleteIfExists(defaultSource(pool.name()));
        } catch (IOException e) {
            throw StorageFailure.of(
                    "folder of storage pool \"" + pool.name() + "\" not removed" + (own ? "" : " whole"), lxdDir, e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private void link(Path folder, Instance.Ref instance) throws IOException {
        var links = lxdDir.resolve("containers");
        Folders.ensure(links, Folders.PASSABLE);
        putLink(links, folder, instance);
    }

    private void putLink(Path links, Path folder, Instance.Ref instance) throws IOException {
        var link = links.resolve(instance.hostName());
        try {
            Files.createSymbolicLink(link, folder);
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(folder)) {
                return;
            }
            // Left by a crash between link and record, or of another pool.
            var fresh = links.resolve("." + trash.freshName(instance.hostName()));
            Files.createSymbolicLink(fresh, folder);
            Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /// Removes a link, if it leads into this pool.
    private static void unlink(Path links, Pool pool, Instance.Ref instance) throws IOException {
        var link = links.resolve(instance.hostName());
        if (Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).startsWith(pool.folder().path())) {
            Files.deleteIfExists(link);
        }
    }
}
