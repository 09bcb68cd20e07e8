package io.lightvisor.image.backup;

import io.lightvisor.image.Compression;
import io.lightvisor.image.Progress;
import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.image.tar.EntryName;
import io.lightvisor.image.tar.Limits;
import io.lightvisor.image.tar.TarEntry;
import io.lightvisor.image.tar.TarExtractor;
import io.lightvisor.image.tar.TarReader;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.FileSystemStat;
import io.lightvisor.model.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads archives of instances, which come from anywhere and may lie.
public final class BackupReader {
    /// More than any real one has.
    private static final int MAX_INDEX = 4 << 20;

    private static final String INDEX = "backup/index.yaml";

    private final Path file;
    private final Compression compression;

    private BackupReader(Path file, Compression compression) {
        this.file = file;
        this.compression = compression;
    }

    /// Where one part of the archive goes.
    ///
    /// @param name   below `backup/`: `container` or `snapshots/NAME`
    /// @param folder gets `metadata.yaml` and `templates/`; exists, with an empty `templates/` perhaps
    /// @param root   gets the root file system; exists and is empty
    /// @param shift  of the owners in it
    /// @param overlay whether the root is a layer of an overlay, where a device 0:0 would hide what is below
    /// @param plain   folders below the root that the overlay will not show, where everything is the guest's
    public record Target(String name, Path folder, Path root, IdShift shift, boolean overlay, List<String> plain) {}

    /// Looks at the first bytes.
    ///
    /// @throws io.lightvisor.model.ProblemException if it is packed in no known way
    public static BackupReader of(Path file) throws IOException {
        var compression = Compression.of(file)
                .filter(each -> each != Compression.SQUASHFS)
                .orElseThrow(() -> Problem.badRequest("Unsupported compression").exception());
        return new BackupReader(file, compression);
    }

    /// The content of `backup/index.yaml`, which comes first in an archive, mostly.
    public byte[] index() throws IOException {
        var limits = limits(file.resolveSibling("."));
        try (var unpacked = limits.guard(compression.open(file))) {
            var reader = new TarReader(unpacked);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                var entry = next.get();
                if (entry.type() == TarEntry.Type.FILE
                        && EntryName.normal("entry", entry.name()).equals(INDEX)) {
                    return reader.readAll(INDEX, MAX_INDEX);
                }
            }
        } catch (EOFException e) {
            throw new BadArchive("the archive is cut short", e);
        }
        throw new BadArchive("the archive has no " + INDEX);
    }

    /// Unpacks all parts in one go. What is in the archive beside them is passed over. Blocks on disks: not for virtual
    /// threads.
    ///
    /// @throws BadArchive if the archive is damaged, or holds what may not be made
    public void unpack(List<Target> targets, Progress progress) throws IOException {
        var parts = new ArrayList<PartUnpacking>();
        var limits = limits(targets.getFirst().folder());
        try (var unpacked = limits.guard(compression.open(file))) {
            var byName = new LinkedHashMap<String, PartUnpacking>();
            for (var target : targets) {
                var part = new PartUnpacking(target, limits);
                parts.add(part);
                byName.put("backup/" + target.name(), part);
            }
            read(unpacked, byName, progress);
            for (var part : parts) {
                part.finish();
            }
        } finally {
            parts.forEach(PartUnpacking::close);
        }
    }

    private static void read(InputStream unpacked, Map<String, PartUnpacking> parts, Progress progress)
            throws IOException {
        var reader = new TarReader(unpacked);
        String last = "";
        long done = 0;
        try {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted after entry \"" + Problem.printable(last) + "\"");
                }
                var entry = next.get();
                last = EntryName.normal("entry", entry.name());
                String part = partOf(last);
                var unpacking = parts.get(part);
                if (unpacking != null) {
                    unpacking.take(entry, part, last, reader);
                }
                done += entry.stored();
                progress.at("Unpacking", done, -1);
            }
            // To the very end, where the packer's checksum is.
            unpacked.transferTo(OutputStream.nullOutputStream());
        } catch (EOFException e) {
            throw new BadArchive(
                    "the archive is cut short"
                            + (last.isEmpty() ? "" : " after entry \"" + Problem.printable(last) + "\""),
                    e);
        }
    }

    /// `backup/container` of `backup/container/rootfs/etc`, `backup/snapshots/s0` of `backup/snapshots/s0/x`.
    private static String partOf(String path) {
        int components = path.startsWith("backup/snapshots/") ? 3 : 2;
        int at = -1;
        for (int i = 0; i < components; i++) {
            at = path.indexOf('/', at + 1);
            if (at < 0) {
                return path;
            }
        }
        return path.substring(0, at);
    }

    private Limits limits(Path where) throws IOException {
        try (var folder = DirFd.open(where)) {
            return Limits.of(Files.size(file), FileSystemStat.of(folder.fd()).free());
        }
    }

    /// One part being unpacked.
    private static final class PartUnpacking implements AutoCloseable {
        private static final int MAX_DESCRIPTION = 1 << 20;

        private final Target target;
        private final ShiftedEntries shifted;
        private final DirFd folder;
        private final DirFd root;
        private final TarExtractor files;
        private final TarExtractor rootfs;
        private final TarExtractor plainFiles;
        private boolean rootSeen;

        PartUnpacking(Target target, Limits limits) {
            this.target = target;
            this.shifted = new ShiftedEntries(target.shift());
            this.folder = DirFd.open(target.folder());
            this.root = DirFd.open(target.root());
            this.files = new TarExtractor(folder, limits);
            this.rootfs = new TarExtractor(root, limits, TarExtractor.LAYER);
            this.plainFiles = new TarExtractor(root, limits, TarExtractor.PLAIN);
        }

        void take(TarEntry entry, String part, String path, TarReader reader) throws IOException {
            String inside = path.length() == part.length() ? "" : path.substring(part.length() + 1);
            if (inside.equals("rootfs") || inside.startsWith("rootfs/")) {
                rootSeen = true;
                root(entry, part, inside.equals("rootfs") ? "" : inside.substring(7), reader);
            } else if (inside.equals("metadata.yaml") || inside.startsWith("templates/")) {
                describe(entry, inside, reader);
            }
            // backup.yaml is written anew; nothing else belongs there.
        }

        private void root(TarEntry entry, String part, String inside, TarReader reader) throws IOException {
            boolean plain = !target.overlay() || isPlain(inside);
            if (!plain
                    && entry.type() == TarEntry.Type.CHARACTER_DEVICE
                    && entry.deviceMajor() == 0
                    && entry.deviceMinor() == 0) {
                return;
            }
            String link = "";
            if (entry.type() == TarEntry.Type.HARD_LINK) {
                String prefix = part + "/rootfs/";
                String to = EntryName.normal(
                        "link target of entry \"" + Problem.printable(inside) + "\"", entry.linkName());
                if (!to.startsWith(prefix)) {
                    throw new BadArchive("hard link \"" + Problem.printable(inside) + "\" is refused: its target \""
                            + Problem.printable(to) + "\" lies outside its root file system");
                }
                link = to.substring(prefix.length());
            }
            (plain ? plainFiles : rootfs).extract(shifted.of(entry), inside, link, reader);
        }

        private boolean isPlain(String inside) {
            for (String folder : target.plain()) {
                if (inside.startsWith(folder)
                        && (inside.length() == folder.length() || inside.charAt(folder.length()) == '/')) {
                    return true;
                }
            }
            return false;
        }

        /// Metadata and templates are the server's: plain files of root, nothing else.
        private void describe(TarEntry entry, String inside, TarReader reader) throws IOException {
            if (entry.type() == TarEntry.Type.DIRECTORY) {
                if (!inside.startsWith("templates/") || inside.indexOf('/', 10) >= 0) {
                    throw new BadArchive("entry \"" + Problem.printable(inside) + "\" is refused: it is no file");
                }
                return;
            }
            if (entry.type() != TarEntry.Type.FILE || entry.size() > MAX_DESCRIPTION) {
                throw new BadArchive("entry \"" + Problem.printable(inside)
                        + "\" is refused: it is no plain file of at most " + MAX_DESCRIPTION + " bytes");
            }
            files.extract(plain(entry), inside, "", reader);
        }

        private static TarEntry plain(TarEntry entry) {
            return new TarEntry(
                    entry.name(),
                    entry.type(),
                    0644,
                    0,
                    0,
                    entry.size(),
                    entry.stored(),
                    entry.modified(),
                    "",
                    0,
                    0,
                    Map.of(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    entry.sparse());
        }

        void finish() throws IOException {
            if (!rootSeen) {
                throw new BadArchive("the archive has no backup/" + target.name() + "/rootfs");
            }
            files.finish();
            rootfs.finish();
            plainFiles.finish();
        }

        @Override
        public void close() {
            files.close();
            rootfs.close();
            plainFiles.close();
            folder.close();
            root.close();
        }
    }
}
