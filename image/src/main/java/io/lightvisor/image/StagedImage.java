package io.lightvisor.image;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// An image received and understood, not kept yet.
public final class StagedImage {
    private final Images images;
    private final ImportedImage image;
    private final Path metadata;
    private final Optional<Path> rootfs;

    StagedImage(Images images, ImportedImage image, Path metadata, Optional<Path> rootfs) {
        this.images = images;
        this.image = image;
        this.metadata = metadata;
        this.rootfs = rootfs;
    }

    /// What it is.
    public ImportedImage image() {
        return image;
    }

    /// Gives the files their final names; on the disk when this returns. Files of the same fingerprint that are there
    /// already hold the same and are replaced.
    public void keep() {
        var fingerprint = image.fingerprint();
        try {
            // The metadata last: from then on the image is there, and whole.
            if (rootfs.isPresent()) {
                Files.move(rootfs.get(), images.rootfsFile(fingerprint), StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(images.rootfsFile(fingerprint));
            }
            Files.move(metadata, images.metadataFile(fingerprint), StandardCopyOption.ATOMIC_MOVE);
            try (var folder = Open.path(images.folder(), OpenFlag.READ, OpenFlag.DIRECTORY)) {
                folder.sync();
            }
        } catch (IOException | SyscallException e) {
            throw ImageFailure.of("image " + fingerprint.brief() + " not kept", images.folder(), e);
        }
    }
}
