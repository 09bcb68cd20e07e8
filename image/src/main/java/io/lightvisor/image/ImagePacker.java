package io.lightvisor.image;

import io.lightvisor.linux.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Packs a folder as a unified image: `metadata.yaml` first, so that readers find it at once, then `templates/` and
/// `rootfs/`; with numeric owners, attributes, access control lists and holes.
public final class ImagePacker {
    private ImagePacker() {}

    /// Packs and streams; nothing is written to a disk.
    ///
    /// @param folder      holds `metadata.yaml`, `rootfs/` and perhaps `templates/`
    /// @param compression not squashfs, which is no stream
    /// @param to          stays open
    public static void pack(Path folder, Compression compression, OutputStream to, Progress progress) {
        var names = new ArrayList<String>();
        for (var name : List.of("metadata.yaml", "templates", "rootfs")) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                names.add(name);
            }
        }
        var commands = new ArrayList<List<String>>();
        var tar = new ArrayList<>(List.of(
                "tar",
                "--create",
                "--file=-",
                "--format=pax",
                "--numeric-owner",
                "--xattrs",
                "--xattrs-exclude=trusted.*",
                "--acls",
                "--sparse",
                "--sort=name",
                "--directory=" + folder,
                "--"));
        tar.addAll(names);
        commands.add(tar);
        if (compression == Compression.SQUASHFS) {
            throw new IllegalArgumentException("a squashfs is no stream");
        }
        if (!compression.packCommand().isEmpty()) {
            commands.add(compression.packCommand());
        }
        try (var tool = Tool.start(commands, null, Map.of(), line -> {})) {
            copy(tool.output(), to, progress);
            var failure = tool.failure();
            if (failure.isPresent()) {
                throw new IOException("packing failed: " + failure.get());
            }
        } catch (IOException | SyscallException e) {
            throw ImageFailure.of("image not packed", folder, e);
        }
    }

    private static void copy(InputStream from, OutputStream to, Progress progress) throws IOException {
        var buffer = new byte[256 * 1024];
        long done = 0;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            done += count;
            progress.at("Packing", done, -1);
        }
    }
}
