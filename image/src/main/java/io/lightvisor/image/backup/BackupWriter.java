package io.lightvisor.image.backup;

import io.lightvisor.image.Progress;
import io.lightvisor.image.tar.TarOut;
import io.lightvisor.image.tar.TarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Packs an instance and its snapshots into one archive.
public final class BackupWriter {
    /// More than any real one has.
    private static final long MAX_METADATA = 1 << 20;

    private BackupWriter() {}

    /// One root with what belongs to it.
    ///
    /// @param name       below `backup/`: `container` or `snapshots/NAME`
    /// @param folder     holds `metadata.yaml` and `templates/`, perhaps
    /// @param backupYaml the records as they lie beside the instance
    /// @param layers     of the root file system, the topmost first; one if it is no overlay
    /// @param plain      folders of the root that are no part of the overlay
    public record Part(String name, Path folder, byte[] backupYaml, List<Path> layers, Set<String> plain) {
        public Part {
            plain = Set.copyOf(plain);
            layers = List.copyOf(layers);
        }
    }

    /// Writes a new file; a half-made one is left behind when this throws. Blocks on disks: not for virtual threads.
    ///
    /// @param index content of `index.yaml`
    /// @param parts snapshots before the instance, as LXD's reader wants it
    public static void write(Path file, Packing packing, byte[] index, List<Part> parts, Progress progress)
            throws IOException, InterruptedException {
        try (var packed = PackedFile.create(file, packing)) {
            var done = new long[1];
            var out = new TarOut(bytes -> {
                done[0] += bytes.remaining();
                packed.write(bytes);
                progress.at("Packing", done[0], -1);
            });
            var tree = new TarTree(out);
            long now = Instant.now().getEpochSecond();
            tree.file("backup/index.yaml", 0644, now, index);
            for (var part : parts) {
                write(tree, part, now);
            }
            tree.end();
            packed.finish();
        }
    }

    private static void write(TarTree tree, Part part, long now) throws IOException {
        String base = "backup/" + part.name();
        tree.folder(base, 0100, now);
        tree.file(base + "/backup.yaml", 0400, now, part.backupYaml());
        var metadata = part.folder().resolve("metadata.yaml");
        if (Files.isRegularFile(metadata, LinkOption.NOFOLLOW_LINKS) && Files.size(metadata) <= MAX_METADATA) {
            tree.file(base + "/metadata.yaml", 0644, now, Files.readAllBytes(metadata));
        }
        var templates = part.folder().resolve("templates");
        if (Files.isDirectory(templates, LinkOption.NOFOLLOW_LINKS)) {
            tree.tree(base + "/templates", List.of(templates), Set.of());
        }
        tree.tree(base + "/rootfs", part.layers(), part.plain());
    }
}
