package io.lightvisor.storage;

import io.lightvisor.linux.SyscallException;
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

    /// Held for reading while a root that refers to an image is made, for writing while it is found out whether an
    /// image
    /// is still referred to.
    private final ReentrantReadWriteLock references = new ReentrantReadWriteLock();

    /// Images being unpacked, so that concurrent askers wait for the first.
    private final ConcurrentHashMap<Fingerprint, CompletableFuture<ImageVolume>> unpacking = new ConcurrentHashMap<>();

    Pool(PoolName name, PoolFolder folder, VolumeDriver driver, Trash trash) {
        this.name = name;
        this.folder = folder;
        this.driver = driver;
        this.trash = trash;
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
        try (var marks = Files.newDirectoryStream(folder.images(), "*.orphan")) {
            for (var mark : marks) {
                var file = mark.getFileName().toString();
                removeIfOrphaned(new Fingerprint(file.substring(0, file.length() - ".orphan".length())));
            }
        }
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
        try {
            return tryCreate(instance, image);
        } catch (IOException | SyscallException e) {
            if (!StorageFailure.isFull(e)) {
                throw failure(rootOf(instance) + " not created", e);
            }
        }
        // What was deleted may still hold the space that is missing.
        trash.awaitEmpty();
        try {
            return tryCreate(instance, image);
        } catch (IOException | SyscallException e) {
            throw failure(rootOf(instance) + " not created", e);
        }
    }

    private RootVolume tryCreate(Instance.Ref instance, Optional<ImageVolume> image)
            throws IOException, InterruptedException {
        var place = folder.container(instance.hostName());
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw Problem.conflict(rootOf(instance) + " already exists in storage pool \"" + name + "\"")
                    .exception();
        }
        var fresh = folder.staging().resolve(trash.freshName(instance.hostName()));
        references.readLock().lock();
        try {
            if (image.isPresent() && !Files.isDirectory(image.get().folder(), LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.notFound("image " + image.get().fingerprint().brief()
                                + " was deleted while the instance was made")
                        .exception();
            }
            Folders.make(fresh, Folders.PRIVATE);
            copyDescription(image, fresh);
            driver.createRoot(fresh, image.map(ImageVolume::folder));
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | InterruptedException | RuntimeException e) {
            discardQuietly(fresh, e);
            throw e;
        } finally {
            references.readLock().unlock();
        }
        return new RootVolume(name, instance, place, driver.layout(place));
    }

    private static void copyDescription(Optional<ImageVolume> image, Path fresh)
            throws IOException, InterruptedException {
        var templates = fresh.resolve("templates");
        Folders.make(templates, Folders.PRIVATE);
        if (image.isEmpty()) {
            return;
        }
        var from = image.get().folder();
        if (Files.isRegularFile(from.resolve("metadata.yaml"), LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(from.resolve("metadata.yaml"), fresh.resolve("metadata.yaml"));
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

    void rename(Instance.Ref from, Instance.Ref to) {
        try {
            var target = folder.container(to.hostName());
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.conflict(rootOf(to) + " already exists in storage pool \"" + name + "\"")
                        .exception();
            }
            var snapshots = folder.containerSnapshots().resolve(from.hostName());
            boolean hasSnapshots = Files.isDirectory(snapshots, LinkOption.NOFOLLOW_LINKS);
            Files.move(folder.container(from.hostName()), target, StandardCopyOption.ATOMIC_MOVE);
            if (hasSnapshots) {
                Files.move(
                        snapshots, folder.containerSnapshots().resolve(to.hostName()), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw failure(rootOf(from) + " not renamed to " + to, e);
        }
    }

    void delete(Instance.Ref instance) {
        var place = folder.container(instance.hostName());
        try {
            discardIfThere(place);
            discardIfThere(folder.containerSnapshots().resolve(instance.hostName()));
            try (var marks = Files.newDirectoryStream(folder.images(), "*.orphan")) {
                for (var mark : marks) {
                    var file = mark.getFileName().toString();
                    removeIfOrphaned(new Fingerprint(file.substring(0, file.length() - ".orphan".length())));
                }
            }
        } catch (IOException e) {
            throw failure(rootOf(instance) + " not deleted", e);
        }
    }

    private void discardIfThere(Path tree) throws IOException {
        try {
            trash.discard(folder, tree);
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

    private static String rootOf(Instance.Ref instance) {
        return "root volume of instance \"" + instance + "\"";
    }

    private RuntimeException failure(String what, Throwable cause) {
        return StorageFailure.of(what, folder.path(), cause);
    }
}
