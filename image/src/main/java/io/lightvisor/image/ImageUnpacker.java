package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.image.tar.EntryName;
import io.lightvisor.image.tar.Limits;
import io.lightvisor.image.tar.TarEntry;
import io.lightvisor.image.tar.TarExtractor;
import io.lightvisor.image.tar.TarReader;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.FileSystemStat;
import io.lightvisor.model.Problem;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// One unpacking of one image.
final class ImageUnpacker {
    private final ImageFiles files;
    private final Path into;
    private final Progress progress;

    ImageUnpacker(ImageFiles files, Path into, Progress progress) {
        this.files = files;
        this.into = into;
        this.progress = progress;
    }

    void unpack() {
        try {
            if (files.rootfs().isEmpty()) {
                unpackUnified();
            } else {
                unpackTar(files.metadata(), "metadata", into, this::metadataEntry);
                unpackRootfs(files.rootfs().get());
            }
            if (!Files.isRegularFile(into.resolve("metadata.yaml"), LinkOption.NOFOLLOW_LINKS)) {
                throw new BadArchive("the archive has no metadata.yaml");
            }
            if (!Files.isDirectory(into.resolve("rootfs"), LinkOption.NOFOLLOW_LINKS)) {
                throw new BadArchive("the archive has no rootfs");
            }
        } catch (IOException | SyscallException e) {
            throw ImageFailure.of("image " + files.fingerprint().brief() + " not unpacked", into, e);
        }
    }

    private void unpackUnified() throws IOException {
        var file = files.metadata();
        if (compression(file) == Compression.SQUASHFS) {
            Squashfs.unpackUnified(file, into, freeBytes(into), progress);
        } else {
            unpackTar(file, "rootfs", into, this::unifiedEntry);
        }
    }

    private void unpackRootfs(Path file) throws IOException {
        var root = into.resolve("rootfs");
        if (compression(file) == Compression.SQUASHFS) {
            Squashfs.unpackRootfs(file, root, freeBytes(into), progress);
            return;
        }
        try (var parent = DirFd.open(into)) {
            parent.makeDirectory("rootfs", 0755);
        }
        unpackTar(file, "rootfs", root, ImageUnpacker::rootfsEntry);
    }

    // ---- which entries are made where

    /// Where an entry is made; null if it is passed over.
    private interface Placing {
        boolean wanted(TarEntry entry, String path) throws BadArchive;
    }

    private boolean unifiedEntry(TarEntry entry, String path) throws BadArchive {
        ImageLayout.checkTop(entry, path);
        if (!ImageLayout.belongs(path)) {
            return false;
        }
        return !path.startsWith("rootfs/") || ImageLayout.isWanted(entry, path.substring("rootfs/".length()));
    }

    private boolean metadataEntry(TarEntry entry, String path) throws BadArchive {
        ImageLayout.checkTop(entry, path);
        return path.equals("metadata.yaml") || ImageLayout.isIn("templates", path);
    }

    private static boolean rootfsEntry(TarEntry entry, String path) throws BadArchive {
        return ImageLayout.isWanted(entry, path);
    }

    // ---- tar

    private void unpackTar(Path file, String stage, Path folder, Placing placing) throws IOException {
        long size = Files.size(file);
        var limits = Limits.of(size, freeBytes(folder));
        String last = "";
        try (var root = DirFd.open(folder);
                var unpacked = limits.guard(told(compression(file).open(file), stage));
                var extractor = new TarExtractor(root, limits)) {
            var reader = new TarReader(unpacked);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted after entry \"" + Problem.printable(last) + "\"");
                }
                var entry = next.get();
                var path = EntryName.normal("entry", entry.name());
                last = path;
                if ((!path.isEmpty() || folder != into) && placing.wanted(entry, path)) {
                    extractor.extract(entry, path, linkPath(entry, path, folder == into), reader);
                }
            }
            extractor.finish();
            // To the very end, where the packer's checksum is.
            unpacked.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (EOFException e) {
            throw new BadArchive(
                    "the archive is cut short"
                            + (last.isEmpty() ? "" : " after entry \"" + Problem.printable(last) + "\""),
                    e);
        }
    }

    /// The target of a hard link as a path of the archive.
    ///
    /// @throws BadArchive if it leads out of the root file system that the link is in
    private static String linkPath(TarEntry entry, String path, boolean unified) throws BadArchive {
        if (entry.type() != TarEntry.Type.HARD_LINK) {
            return "";
        }
        var target = EntryName.normal("link target of entry \"" + Problem.printable(path) + "\"", entry.linkName());
        if (unified && !(ImageLayout.isIn("rootfs", path) && target.startsWith("rootfs/"))) {
            throw new BadArchive("hard link \"" + Problem.printable(path) + "\" is refused: its target \""
                    + Problem.printable(target) + "\" lies outside the root file system");
        }
        return target;
    }

    private InputStream told(InputStream in, String stage) {
        return new FilterInputStream(in) {
            private static final long STEP = 4L << 20;
            private long done;
            private long told;

            @Override
            public int read() throws IOException {
                int b = super.read();
                if (b >= 0) {
                    add(1);
                }
                return b;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count > 0) {
                    add(count);
                }
                return count;
            }

            private void add(int count) {
                done += count;
                if (done - told >= STEP) {
                    told = done;
                    progress.at(stage, done, -1);
                }
            }
        };
    }

    private static Compression compression(Path file) throws IOException {
        return Compression.of(file)
                .orElseThrow(() -> Problem.badRequest("Unsupported compression").exception());
    }

    private static long freeBytes(Path folder) {
        try (var fd = DirFd.open(folder)) {
            return FileSystemStat.of(fd.fd()).free();
        }
    }
}
