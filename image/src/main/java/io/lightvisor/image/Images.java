package io.lightvisor.image;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// The image files of a host: `images/FINGERPRINT` (a unified tarball, or the metadata of a split image) and
/// `images/FINGERPRINT.rootfs` below the data folder. Which images exist is the store's knowledge; here are only files,
/// named by what they hold, so two records may share them.
public final class Images {
    private static final String UPLOAD = ".upload-";

    private final Path folder;
    private final AtomicLong uploads = new AtomicLong();

    /// @param lxdDir the folder of all state; `images/` below it is made when missing
    public Images(Path lxdDir) {
        this.folder = lxdDir.toAbsolutePath().resolve("images");
    }

    /// Makes the folder, and removes uploads that a crash left. Call at the start of the daemon.
    public void recover() {
        try {
            ensureFolder();
            try (var left = Files.newDirectoryStream(folder, UPLOAD + "*")) {
                for (var file : left) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw ImageFailure.of("image folder not usable", folder, e);
        }
    }

    /// Begins to take an image in. Close it in every case; closing takes away what was not kept.
    public ImageUpload receive() {
        try {
            ensureFolder();
            return new ImageUpload(
                    this,
                    folder.resolve(UPLOAD + ProcessHandle.current().pid() + "-" + System.currentTimeMillis() + "-"
                            + uploads.incrementAndGet()));
        } catch (IOException e) {
            throw ImageFailure.of("image not received", folder, e);
        }
    }

    /// The files of an image.
    ///
    /// @throws ProblemException if they are missing
    public ImageFiles files(Fingerprint fingerprint) {
        var metadata = metadataFile(fingerprint);
        if (!Files.isRegularFile(metadata, LinkOption.NOFOLLOW_LINKS)) {
            throw new Problem.NotFound(
                            "file of image " + fingerprint.brief() + " not found",
                            metadata + " is missing",
                            "delete the image and import it again")
                    .exception();
        }
        var rootfs = rootfsFile(fingerprint);
        return new ImageFiles(
                fingerprint,
                metadata,
                Files.isRegularFile(rootfs, LinkOption.NOFOLLOW_LINKS) ? Optional.of(rootfs) : Optional.empty());
    }

    /// Unpacks an image into an empty folder: `metadata.yaml`, `templates/` if it has any, `rootfs/`.
    ///
    /// @throws ProblemException if the image is damaged, holds what it may not, or does not fit; what is in
    ///         the folder then is the caller's to remove
    public void unpack(ImageFiles files, Path into, Progress progress) {
        new ImageUnpacker(files, into, progress).unpack();
    }

    /// What a client gets on export: one part for a unified image, two for a split one.
    public List<ImagePart> export(Fingerprint fingerprint) {
        var files = files(fingerprint);
        try {
            var meta = files.metadata();
            var extension = extension(meta);
            if (files.rootfs().isEmpty()) {
                return List.of(new ImagePart("metadata", fingerprint + extension, meta, Files.size(meta)));
            }
            var rootfs = files.rootfs().get();
            return List.of(
                    new ImagePart("metadata", "meta-" + fingerprint + extension, meta, Files.size(meta)),
                    new ImagePart("rootfs", fingerprint + extension(rootfs), rootfs, Files.size(rootfs)));
        } catch (IOException e) {
            throw ImageFailure.of("image " + fingerprint.brief() + " not exported", folder, e);
        }
    }

    /// Deletes the files of an image. Harmless if they are not there.
    public void delete(Fingerprint fingerprint) {
        try {
            // The metadata first: without it, the rest is no image and goes with the next upload of the same name.
            Files.deleteIfExists(metadataFile(fingerprint));
            Files.deleteIfExists(rootfsFile(fingerprint));
        } catch (IOException e) {
            throw ImageFailure.of("image " + fingerprint.brief() + " not deleted", folder, e);
        }
    }

    private static String extension(Path file) throws IOException {
        return Compression.of(file).map(Compression::extension).orElse("");
    }

    Path folder() {
        return folder;
    }

    Path metadataFile(Fingerprint fingerprint) {
        return folder.resolve(fingerprint.value());
    }

    Path rootfsFile(Fingerprint fingerprint) {
        return folder.resolve(fingerprint.value() + ".rootfs");
    }

    private void ensureFolder() throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (NoSuchFileException e) {
            throw new IOException(folder.getParent() + " does not exist", e);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            // Another upload made it this moment.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }
}
