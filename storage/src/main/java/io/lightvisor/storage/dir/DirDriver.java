package io.lightvisor.storage.dir;

import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.storage.driver.Copies;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.RootLayout;
import io.lightvisor.storage.driver.VolumeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A root is the folder `rootfs/` of its instance, copied from the image's content; with shared blocks where the file
/// system can (XFS, btrfs).
public final class DirDriver implements VolumeDriver {
    @Override
    public String name() {
        return "dir";
    }

    @Override
    public void prepare() {
        // The folders of every pool are all that this driver needs.
    }

    @Override
    public void createImageFolder(Path fresh) throws IOException {
        Folders.make(fresh, Folders.PRIVATE);
    }

    @Override
    public void createRoot(Path instance, Optional<Path> image) throws IOException, InterruptedException {
        var root = instance.resolve("rootfs");
        Folders.make(root, Folders.ROOT);
        if (image.isPresent()) {
            copy(image.get().resolve("rootfs"), root);
        }
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        try {
            BlockingThread.call("lightvisor:copy", () -> {
                Copies.copyTree(from, to);
                return to;
            });
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public RootLayout layout(Path instance) throws IOException {
        var root = instance.resolve("rootfs");
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(root.toString());
        }
        return new RootLayout.Directory(root);
    }

    @Override
    public RootLayout frozenLayout(Path snapshot) throws IOException {
        return layout(snapshot);
    }

    @Override
    public void freeze(Path instance, Path snapshot, boolean running) throws IOException, InterruptedException {
        copyRoot(instance, snapshot, running);
    }

    @Override
    public void copyRoot(Path instance, Path fresh, boolean running) throws IOException, InterruptedException {
        createRoot(fresh, Optional.of(instance));
    }

    @Override
    public void thaw(Path snapshot, Path fresh) throws IOException, InterruptedException {
        createRoot(fresh, Optional.of(snapshot));
    }

    @Override
    public void copyFrozen(Path snapshot, Path fresh) throws IOException, InterruptedException {
        createRoot(fresh, Optional.of(snapshot));
    }

    @Override
    public Path createFillable(Path fresh) throws IOException, InterruptedException {
        createRoot(fresh, Optional.empty());
        return fresh.resolve("rootfs");
    }

    @Override
    public Path createFillableFrozen(Path fresh) throws IOException {
        Folders.make(fresh.resolve("rootfs"), Folders.ROOT);
        return fresh.resolve("rootfs");
    }

    @Override
    public List<Path> unused() {
        return List.of();
    }

    @Override
    public boolean shares(Path root) {
        return false;
    }

    @Override
    public boolean usesImage(Fingerprint fingerprint) {
        return false;
    }
}
