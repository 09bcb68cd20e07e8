package io.lightvisor.image;

import io.lightvisor.linux.SyscallException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Packs the root of an instance as a unified image: `metadata.yaml` first, so that readers find it at once, then
/// `templates/` and `rootfs/`; with numeric owners, attributes, access control lists and holes. Links are packed, never
/// followed.
final class InstancePacker {
    private InstancePacker() {}

    /// Where the parts lie.
    ///
    /// @param templates folder with `templates/` in it
    /// @param root      the root folder; a path that another process may open
    record Parts(Path metadata, Path templates, Path root) {}

    interface Taker {
        void take(InputStream packed) throws IOException;
    }

    static void pack(Parts parts, Compression compression, Progress progress, Taker taker) {
        var tar = new ArrayList<>(List.of(
                "tar",
                "--create",
                "--file=-",
                "--format=pax",
                "--numeric-owner",
                "--xattrs",
                "--xattrs-exclude=trusted.*",
                "--xattrs-exclude=user.overlay.*",
                "--acls",
                "--sparse",
                "--one-file-system",
                "--sort=name",
                "--warning=no-file-ignored",
                // Names and hard links, not what symbolic links say.
                "--transform=flags=rSh;s,^\\.$,rootfs,;s,^\\./,rootfs/,;s,^\\.upload-[^/]*$,metadata.yaml,",
                "--directory=" + parts.metadata().getParent(),
                "--add-file=" + parts.metadata().getFileName()));
        if (Files.isDirectory(parts.templates().resolve("templates"), LinkOption.NOFOLLOW_LINKS)) {
            tar.add("--directory=" + parts.templates());
            tar.add("--add-file=templates");
        }
        tar.add("--directory=" + parts.root());
        tar.add("--add-file=.");
        var commands = new ArrayList<List<String>>();
        commands.add(tar);
        if (!compression.packCommand().isEmpty()) {
            commands.add(compression.packCommand());
        }
        try (var tool = Tool.start(commands, null, Map.of(), line -> {})) {
            taker.take(new Counted(tool.output(), progress));
            var failure = tool.failure();
            if (failure.isPresent()) {
                throw new IOException("packing failed: " + failure.get());
            }
        } catch (IOException | SyscallException e) {
            throw ImageFailure.of("image not packed", parts.metadata(), e);
        }
    }

    /// Tells how far it is.
    private static final class Counted extends FilterInputStream {
        private final Progress progress;
        private long done;

        Counted(InputStream in, Progress progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            if (count > 0) {
                done += count;
                progress.at("Packing", done, -1);
            }
            return count;
        }
    }
}
