package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.image.tar.EntryName;
import io.lightvisor.image.tar.Limits;
import io.lightvisor.image.tar.TarEntry;
import io.lightvisor.image.tar.TarReader;
import io.lightvisor.linux.Fd;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An image on its way in. The parts are written as they come, and hashed on the way:
///
///     try (var upload = images.receive()) {
///         upload.metadata(body, "debian.tar.xz");            // and for a split image:
///         upload.rootfs(body2, "debian.squashfs");
///         var staged = upload.inspect(Optional.empty());     // what it is; checked
///         ... record it ...
///         staged.keep();
///     }
///
/// Closing removes what was not kept. Not for several threads.
public final class ImageUpload implements AutoCloseable {
    private final Images images;
    private final Path metadata;
    private final Path rootfs;
    private final ReceivedFile received = new ReceivedFile();
    private String filename = "";
    private boolean hasMetadata;
    private boolean hasRootfs;

    ImageUpload(Images images, Path base) {
        this.images = images;
        this.metadata = base;
        this.rootfs = Path.of(base + ".rootfs");
    }

    /// Takes the unified tarball, or the metadata tarball of a split image. Read to its end, not closed.
    ///
    /// @param filename as the client calls it; folders in it are dropped
    public void metadata(InputStream in, String filename) {
        receive(in, metadata);
        this.filename = plain(filename);
        hasMetadata = true;
    }

    /// Takes the root file system of a split image, after its metadata.
    public void rootfs(InputStream in, String filename) {
        receive(in, rootfs);
        if (!filename.isEmpty()) {
            this.filename = plain(filename);
        }
        hasRootfs = true;
    }

    /// Packs the root of an instance, in place of [#metadata]. Blocks the thread.
    ///
    /// @param description what `metadata.yaml` shall say
    /// @param folder      of the instance; `templates/` in it comes along
    /// @param root        the root folder, open
    /// @param filename    without the ending of the compression
    /// @throws ProblemException for squashfs, which cannot be written in one go
    public void pack(
            ImageMetadata description,
            Path folder,
            Fd root,
            Compression compression,
            String filename,
            Progress progress) {
        if (compression == Compression.SQUASHFS) {
            throw new Problem.BadRequest(
                            "Image not packed", "squashfs is offered for reading images only", "choose zstd or gzip")
                    .exception();
        }
        var text = Path.of(metadata + "-metadata");
        try {
            Files.write(text, MetadataYaml.write(description));
            InstancePacker.pack(
                    new InstancePacker.Parts(text, folder, root.procPathForOthers()),
                    compression,
                    progress,
                    packed -> received.receive(packed, metadata));
        } catch (IOException e) {
            throw ImageFailure.of("image not packed", images.folder(), e);
        } finally {
            deleteQuietly(text);
        }
        this.filename = plain(filename + compression.extension());
        hasMetadata = true;
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next start of the daemon removes it.
        }
    }

    private void receive(InputStream in, Path to) {
        try {
            received.receive(in, to);
        } catch (IOException e) {
            throw ImageFailure.of("image not received", images.folder(), e);
        }
    }

    private static String plain(String filename) {
        var name = filename.substring(filename.lastIndexOf('/') + 1);
        return Problem.printable(name);
    }

    /// Tells what was received, from its first part alone; the rest is checked when it is unpacked.
    ///
    /// @param expected the fingerprint that was promised, if any
    /// @throws ProblemException if it is no image
    public StagedImage inspect(Optional<Fingerprint> expected) {
        if (!hasMetadata) {
            throw Problem.badRequest("image not received: the part \"metadata\" is missing")
                    .exception();
        }
        var fingerprint = received.fingerprint();
        if (expected.isPresent() && !expected.get().equals(fingerprint)) {
            throw Problem.badRequest(
                            "Image fingerprint doesn't match, got " + fingerprint + " expected " + expected.get())
                    .exception();
        }
        try {
            var yaml = readMetadata();
            var described = ImageMetadata.parse(yaml);
            if (hasRootfs) {
                checkRootfs();
            }
            var image = new ImportedImage(
                    fingerprint,
                    filename,
                    received.size(),
                    InstanceType.CONTAINER,
                    described.architecture(),
                    described.properties(),
                    described.createdAt(),
                    described.expiresAt());
            return new StagedImage(images, image, metadata, hasRootfs ? Optional.of(rootfs) : Optional.empty());
        } catch (IOException e) {
            throw ImageFailure.of("image not imported", images.folder(), e);
        }
    }

    private byte[] readMetadata() throws IOException {
        var compression = Compression.of(metadata)
                .orElseThrow(() -> new Problem.BadRequest(
                                "Unsupported compression",
                                Problem.printable(filename) + " is no tar archive (plain, gzip, bzip2, xz, lzma, zstd)"
                                        + " and no squashfs",
                                "")
                        .exception());
        if (compression == Compression.SQUASHFS) {
            return Squashfs.readMetadata(metadata);
        }
        var limits = Limits.of(Files.size(metadata), Long.MAX_VALUE);
        try (var unpacked = limits.guard(compression.open(metadata))) {
            return findMetadata(new TarReader(unpacked));
        }
    }

    private static byte[] findMetadata(TarReader reader) throws IOException {
        @Nullable String last = null;
        try {
            for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                var path = EntryName.normal("entry", entry.get().name());
                last = path;
                ImageLayout.checkTop(entry.get(), path);
                if (path.equals("metadata.yaml") && entry.get().type() == TarEntry.Type.FILE) {
                    return reader.readAll(path, ImageMetadata.MAX_BYTES);
                }
            }
        } catch (EOFException e) {
            throw new BadArchive(
                    "the archive is cut short"
                            + (last == null ? "" : " after entry \"" + Problem.printable(last) + "\""),
                    e);
        }
        throw Problem.badRequest("Metadata tarball is missing metadata.yaml").exception();
    }

    private void checkRootfs() throws IOException {
        if (Compression.isDisk(rootfs)) {
            throw new Problem.Unsupported(
                            "image not imported",
                            "its rootfs is the disk of a virtual machine, and virtual machines are not offered",
                            "")
                    .exception();
        }
        if (Compression.of(rootfs).isEmpty()) {
            throw new Problem.BadRequest(
                            "Unsupported compression",
                            "the rootfs part is no tar archive (plain, gzip, bzip2, xz, lzma, zstd) and no squashfs",
                            "")
                    .exception();
        }
    }

    /// Removes what was received and not kept.
    @Override
    public void close() {
        received.close();
        try {
            Files.deleteIfExists(metadata);
            Files.deleteIfExists(rootfs);
        } catch (IOException e) {
            System.getLogger("lightvisor.image")
                    .log(System.Logger.Level.WARNING, "remains of an upload not removed: " + e.getMessage());
        }
    }
}
