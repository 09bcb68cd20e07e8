package io.lightvisor.storage;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Instance;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.storage.driver.Copies;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.StorageFailure;
import io.lightvisor.storage.driver.VolumeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The volumes of one pool. Everything new is made in `.staging/` and renamed into place, everything old is renamed
/// into the trash: whatever happens, a volume is there whole or not at all.
final class Pool {
    private final PoolName name;
    private final PoolFolder folder;
    private final VolumeDriver driver;
    private final Trash trash;
    private final PoolSnapshots snapshots;

    /// Held for reading while a root that refers to an image is made and while anything is renamed, for writing while
    /// it is found out which images and layers are still referred to.
    private final ReentrantReadWriteLock references = new ReentrantReadWriteLock();

    /// Images being unpacked, so that concurrent askers wait for the first.
    private final ConcurrentHashMap<Fingerprint, CompletableFuture<ImageVolume>> unpacking = new ConcurrentHashMap<>();

    Pool(PoolName name, PoolFolder folder, VolumeDriver driver, Trash trash) {
        this.name = name;
        this.folder = folder;
        this.driver = driver;
        this.trash = trash;
        this.snapshots = new PoolSnapshots(this, folder, driver);
    }

    PoolFolder folder() {
        return folder;
    }

    /// Lays the pool's folders where they are missing.
    void prepare() throws IOException {
        for (var each : folder.folders()) {
            var shown = each.getFileName().toString();
            Folders.ensure(
                    each,
                    shown.equals("containers") || shown.equals("containers-snapshots") || shown.equals("buckets")
                            ? Folders.PASSABLE
                            : Folders.PRIVATE);
        }
        driver.prepare();
    }

    /// Takes up what a crash or an earlier run left.
    void resume() throws IOException {
        trash.resume(folder);
        removeOrphanedImages();
        trash.sweepAfterwards(this);
    }

    PoolName name() {
        return name;
    }

    VolumeDriver driver() {
        return driver;
    }

    PoolSnapshots snapshots() {
        return snapshots;
    }

    // ---- images

    ImageVolume ensureImage(Fingerprint fingerprint, ImageFiller filler) throws InterruptedException {
        while (true) {
            var image = findImage(fingerprint);
            if (image.isPresent()) {
                return image.get();
            }
            var mine = new CompletableFuture<ImageVolume>();
            var first = unpacking.putIfAbsent(fingerprint, mine);
            if (first == null) {
                return unpackFor(mine, fingerprint, filler);
            }
            try {
                return first.get();
            } catch (ExecutionException e) {
                var cause = Objects.requireNonNullElse(e.getCause(), e);
                if (cause instanceof InterruptedException) {
                    continue; // The first asker gave up; we still want the image.
                }
                throw failure(
                        "image " + fingerprint.brief() + " not unpacked into storage pool \"" + name + "\"", cause);
            }
        }
    }

    private ImageVolume unpackFor(CompletableFuture<ImageVolume> waiting, Fingerprint fingerprint, ImageFiller filler)
            throws InterruptedException {
        try {
            // Looked up again: another may have finished between our look and our turn.
            var image = findImage(fingerprint);
            var made = image.isPresent()
                    ? image.get()
                    : BlockingThread.call("lightvisor:unpack", () -> unpack(fingerprint, filler));
            waiting.complete(made);
            return made;
        } catch (Throwable e) {
            waiting.completeExceptionally(e);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (e instanceof Error error) {
                throw error;
            }
            throw failure("image " + fingerprint.brief() + " not unpacked into storage pool \"" + name + "\"", e);
        } finally {
            unpacking.remove(fingerprint, waiting);
        }
    }

    private ImageVolume unpack(Fingerprint fingerprint, ImageFiller filler) throws Exception {
        var fresh = folder.staging().resolve(trash.freshName("image-" + fingerprint.brief()));
        try {
            driver.createImageFolder(fresh);
            filler.fill(fresh);
            if (!Files.isDirectory(fresh.resolve("rootfs"), LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.badRequest("image " + fingerprint.brief() + " has no rootfs")
                        .exception();
            }
            // Before the name that says "whole" is on the disk, the content must be.
            Folders.syncFileSystem(fresh);
            Files.move(fresh, folder.image(fingerprint), StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(folder.images());
            return new ImageVolume(name, fingerprint, folder.image(fingerprint), true);
        } catch (Throwable e) {
            discardQuietly(fresh, e);
            throw e;
        }
    }

    private Optional<ImageVolume> findImage(Fingerprint fingerprint) {
        var there = folder.image(fingerprint);
        if (!Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        var mark = folder.imageOrphanMark(fingerprint);
        if (Files.exists(mark)) {
            // Wanted again: adopt it, unless its last root went this moment and took it along.
            references.writeLock().lock();
            try {
                if (!Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)) {
                    return Optional.empty();
                }
                Files.deleteIfExists(mark);
            } catch (IOException e) {
                throw failure("image " + fingerprint.brief() + " not taken back into use", e);
            } finally {
                references.writeLock().unlock();
            }
        }
        return Optional.of(new ImageVolume(name, fingerprint, there, false));
    }

    void deleteImage(Fingerprint fingerprint) {
        references.writeLock().lock();
        try {
            if (!Files.isDirectory(folder.image(fingerprint), LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (driver.usesImage(fingerprint)) {
                Files.write(folder.imageOrphanMark(fingerprint), new byte[0]);
            } else {
                trash.discard(folder, folder.image(fingerprint));
            }
        } catch (IOException e) {
            throw failure("image " + fingerprint.brief() + " not removed from storage pool \"" + name + "\"", e);
        } finally {
            references.writeLock().unlock();
        }
    }

    private void removeIfOrphaned(Fingerprint fingerprint) throws IOException {
        var mark = folder.imageOrphanMark(fingerprint);
        if (!Files.exists(mark)) {
            return;
        }
        references.writeLock().lock();
        try {
            if (Files.exists(mark) && !driver.usesImage(fingerprint)) {
                if (Files.isDirectory(folder.image(fingerprint), LinkOption.NOFOLLOW_LINKS)) {
                    trash.discard(folder, folder.image(fingerprint));
                }
                Files.deleteIfExists(mark);
            }
        } finally {
            references.writeLock().unlock();
        }
    }

    // ---- roots of instances

    RootVolume createInstance(Instance.Ref instance, Optional<ImageVolume> image) throws InterruptedException {
        return create(instance, fresh -> {
            references.readLock().lock();
            try {
                fillFrom(image, fresh);
            } finally {
                references.readLock().unlock();
            }
        });
    }

    private void fillFrom(Optional<ImageVolume> image, Path fresh) throws IOException, InterruptedException {
        if (image.isPresent() && !Files.isDirectory(image.get().folder(), LinkOption.NOFOLLOW_LINKS)) {
            throw Problem.notFound(
                            "image " + image.get().fingerprint().brief() + " was deleted while the instance was made")
                    .exception();
        }
        copyDescription(image.map(ImageVolume::folder), fresh);
        driver.createRoot(fresh, image.map(ImageVolume::folder));
    }

    /// Makes the root volume of a new instance.
    RootVolume create(Instance.Ref instance, PoolSnapshots.Maker maker) throws InterruptedException {
        var place = folder.container(instance.hostName());
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw Problem.conflict(rootOf(instance) + " already exists in storage pool \"" + name + "\"")
                    .exception();
        }
        make(instance.hostName(), rootOf(instance), fresh -> {
            maker.make(fresh);
            return place;
        });
        return find(instance).orElseThrow();
    }

    /// Makes the root volume of an instance anew: the old one is thrown away when the new one is whole.
    void replace(Instance.Ref instance, PoolSnapshots.Maker maker) throws InterruptedException {
        var place = folder.container(instance.hostName());
        make(instance.hostName(), rootOf(instance), fresh -> {
            maker.make(fresh);
            var backup = place.resolve("backup.yaml");
            if (Files.isRegularFile(backup, LinkOption.NOFOLLOW_LINKS)) {
                Files.copy(backup, fresh.resolve("backup.yaml"), StandardCopyOption.COPY_ATTRIBUTES);
            }
            exchange(fresh, place);
            discardIfThere(fresh); // now the old one
            return place;
        });
    }

    private void exchange(Path fresh, Path place) throws IOException {
        references.readLock().lock();
        try (var from = DirFd.open(folder.staging());
                var to = DirFd.open(place.resolveSibling("."))) {
            from.exchange(
                    fresh.getFileName().toString(), to, place.getFileName().toString());
        } finally {
            references.readLock().unlock();
        }
    }

    /// Makes a folder in `.staging/`, and puts it in its place. A full file system is tried once more when what was
    /// deleted is gone.
    ///
    /// @param maker makes what is in it, and tells its place; if that is taken by then, nothing is moved there
    void make(String about, String what, StagedMaker maker) throws InterruptedException {
        try {
            tryMake(about, maker);
            return;
        } catch (IOException | SyscallException e) {
            if (!StorageFailure.isFull(e)) {
                throw failure(what + " not created", e);
            }
        }
        // What was deleted may still hold the space that is missing.
        trash.awaitEmpty();
        try {
            tryMake(about, maker);
        } catch (IOException | SyscallException e) {
            throw failure(what + " not created", e);
        }
    }

    /// Puts everything into a folder that is being made.
    interface StagedMaker {
        Path make(Path fresh) throws Exception;
    }

    private void tryMake(String about, StagedMaker maker) throws IOException, InterruptedException {
        var fresh = folder.staging().resolve(trash.freshName(about));
        try {
            Folders.make(fresh, Folders.PRIVATE);
            var place = maker.make(fresh);
            if (Files.isDirectory(fresh, LinkOption.NOFOLLOW_LINKS)) {
                moveIntoPlace(fresh, place);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            discardQuietly(fresh, e);
            throw e;
        } catch (Exception e) {
            discardQuietly(fresh, e);
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Renames, while nobody looks for what is unused.
    Path moveIntoPlace(Path from, Path to) throws IOException {
        references.readLock().lock();
        try {
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            references.readLock().unlock();
        }
    }

    /// Copies the image's description and templates out of an image, an instance or a snapshot.
    static void copyDescription(Optional<Path> source, Path fresh) throws IOException, InterruptedException {
        var templates = fresh.resolve("templates");
        Folders.make(templates, Folders.PRIVATE);
        if (source.isEmpty()) {
            return;
        }
        var from = source.get();
        if (Files.isRegularFile(from.resolve("metadata.yaml"), LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(
                    from.resolve("metadata.yaml"), fresh.resolve("metadata.yaml"), StandardCopyOption.COPY_ATTRIBUTES);
        }
        if (Files.isDirectory(from.resolve("templates"), LinkOption.NOFOLLOW_LINKS)) {
            Copies.copyTree(from.resolve("templates"), templates);
        }
    }

    Optional<RootVolume> find(Instance.Ref instance) {
        var place = folder.container(instance.hostName());
        try {
            return Optional.of(new RootVolume(name, instance, place, driver.layout(place)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | SyscallException e) {
            throw failure(rootOf(instance) + " cannot be read", e);
        }
    }

    /// Renames a root with its snapshots. Finishes what a crash left half done.
    void rename(Instance.Ref from, Instance.Ref to) {
        try {
            var source = folder.container(from.hostName());
            var target = folder.container(to.hostName());
            if (Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw Problem.conflict(rootOf(to) + " already exists in storage pool \"" + name + "\"")
                            .exception();
                }
                moveIntoPlace(source, target);
            }
            var snapshots = folder.containerSnapshots().resolve(from.hostName());
            if (Files.isDirectory(snapshots, LinkOption.NOFOLLOW_LINKS)) {
                moveIntoPlace(snapshots, folder.containerSnapshots().resolve(to.hostName()));
            }
        } catch (IOException e) {
            throw failure(rootOf(from) + " not renamed to " + to, e);
        }
    }

    void delete(Instance.Ref instance) {
        try {
            var snapshots = folder.containerSnapshots().resolve(instance.hostName());
            boolean hasSnapshots = Files.isDirectory(snapshots, LinkOption.NOFOLLOW_LINKS);
            discardIfThere(folder.container(instance.hostName()));
            if (hasSnapshots) {
                discardIfThere(snapshots);
                trash.sweepAfterwards(this);
            }
            removeOrphanedImages();
        } catch (IOException e) {
            throw failure(rootOf(instance) + " not deleted", e);
        }
    }

    private void removeOrphanedImages() throws IOException {
        try (var marks = Files.newDirectoryStream(folder.images(), "*.orphan")) {
            for (var mark : marks) {
                var file = mark.getFileName().toString();
                removeIfOrphaned(new Fingerprint(file.substring(0, file.length() - ".orphan".length())));
            }
        }
    }

    /// Throws away what roots shared and none uses any more.
    void sweep() throws IOException {
        boolean found = false;
        references.writeLock().lock();
        try {
            for (var unused : driver.unused()) {
                trash.discard(folder, unused);
                found = true;
            }
        } finally {
            references.writeLock().unlock();
        }
        if (found) {
            removeOrphanedImages();
        }
    }

    void discardIfThere(Path tree) throws IOException {
        try {
            boolean shares = driver.shares(tree);
            references.readLock().lock();
            try {
                trash.discard(folder, tree);
            } finally {
                references.readLock().unlock();
            }
            if (shares) {
                trash.sweepAfterwards(this);
            }
        } catch (NoSuchFileException e) {
            // Nothing to delete: a second call, or a root that was never made.
        }
    }

    private void discardQuietly(Path fresh, Throwable cause) {
        try {
            discardIfThere(fresh);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    static String rootOf(Instance.Ref instance) {
        return "root volume of instance \"" + instance + "\"";
    }

    private RuntimeException failure(String what, Throwable cause) {
        return StorageFailure.of(what, folder.path(), cause);
    }
}
