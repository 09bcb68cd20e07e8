package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.model.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Images packed as squashfs, read by unsquashfs(1): never mounted, because the kernel's reader is not made for what
/// strangers send. The list of files is looked through before anything is unpacked.
final class Squashfs {
    private static final String UNPACK = "unsquashfs";

    private Squashfs() {}

    /// `metadata.yaml` of a unified image.
    static byte[] readMetadata(Path file) throws IOException {
        var found = false;
        try (var tool = Tool.start(List.of(UNPACK, "-lln", "-d", "", file.toString(), "metadata.yaml"), null)) {
            for (var line : lines(tool)) {
                if (line.endsWith("/metadata.yaml") || line.endsWith(" metadata.yaml")) {
                    if (line.charAt(0) != '-') {
                        throw new BadArchive("entry \"metadata.yaml\" is refused: it must be a plain file");
                    }
                    found = true;
                }
            }
        }
        if (!found) {
            throw Problem.badRequest("Metadata tarball is missing metadata.yaml")
                    .exception();
        }
        try (var tool = Tool.start(List.of(UNPACK, "-cat", file.toString(), "metadata.yaml"), null)) {
            var yaml = tool.output().readNBytes(ImageMetadata.MAX_BYTES + 1);
            if (yaml.length > ImageMetadata.MAX_BYTES) {
                throw new BadArchive(
                        "entry \"metadata.yaml\" is refused: it has more than " + ImageMetadata.MAX_BYTES + " bytes");
            }
            failIfFailed(tool);
            return yaml;
        }
    }

    /// Unpacks a unified image into an empty folder.
    static void unpackUnified(Path file, Path into, long free, Progress progress) throws IOException {
        var staging = into.resolve(".squashfs");
        check(file, "rootfs/dev/", free);
        run(file, staging, progress);
        try (var from = DirFd.open(staging);
                var to = DirFd.open(into)) {
            for (var name : List.of("metadata.yaml", "templates", "rootfs")) {
                var stat = from.findStat(name);
                if (stat.isEmpty()) {
                    continue;
                }
                if (name.equals("metadata.yaml")
                        ? !stat.get().isFile()
                        : !stat.get().isDirectory()) {
                    throw new BadArchive("entry \"" + name + "\" is refused: it must be a plain "
                            + (name.equals("metadata.yaml") ? "file" : "folder"));
                }
                from.rename(name, to, name);
            }
        }
        if (Files.isDirectory(into.resolve("templates"), LinkOption.NOFOLLOW_LINKS)) {
            checkTemplates(into.resolve("templates"));
        }
        if (Files.isDirectory(into.resolve("rootfs"), LinkOption.NOFOLLOW_LINKS)) {
            removeDevices(into.resolve("rootfs"));
        }
        removeRemains(staging);
    }

    /// Unpacks a root file system; the folder is made.
    static void unpackRootfs(Path file, Path root, long free, Progress progress) throws IOException {
        check(file, "dev/", free);
        run(file, root, progress);
        removeDevices(root);
    }

    private static void run(Path file, Path target, Progress progress) throws IOException {
        progress.at("rootfs", 0, -1);
        try (var tool = Tool.start(List.of(UNPACK, "-q", "-n", "-d", target.toString(), file.toString()), null)) {
            tool.output().transferTo(java.io.OutputStream.nullOutputStream());
            failIfFailed(tool);
        }
    }

    /// Reads the long list of files: `drwxr-xr-x 0/0     27 2024-01-01 12:00 /name`. A name with a line break can only
    /// add lines that are refused or counted beside the true one.
    private static void check(Path file, String devices, long free) throws IOException {
        long total = 0;
        try (var tool = Tool.start(List.of(UNPACK, "-lln", "-d", "", file.toString()), null)) {
            for (var line : lines(tool)) {
                if (line.isEmpty()) {
                    continue;
                }
                char kind = line.charAt(0);
                if (kind == 'b' || kind == 'c') {
                    int name = line.indexOf(" /");
                    if (name < 0 || !line.startsWith(devices, name + 2)) {
                        throw new BadArchive("entry \"" + Problem.printable(line.substring(Math.max(0, name + 2)))
                                + "\" is refused: a device may only lie in dev/");
                    }
                } else if (kind == '-') {
                    long size = size(line);
                    total += size;
                    if (size > free || total > free) {
                        throw new BadArchive("entry \"" + Problem.printable(line.substring(line.indexOf(" /") + 2))
                                + "\" is refused: the files unpack to " + total + " bytes up to there, more than the "
                                + free + " there is room for");
                    }
                }
            }
        }
    }

    private static long size(String line) throws BadArchive {
        int i = line.indexOf(' ');
        while (i > 0 && i < line.length() && line.charAt(i) == ' ') {
            i++;
        }
        i = line.indexOf(' ', Math.max(i, 0));
        while (i > 0 && i < line.length() && line.charAt(i) == ' ') {
            i++;
        }
        int end = Math.max(i, 0);
        long size = 0;
        while (i >= 0 && end < line.length() && Character.isDigit(line.charAt(end)) && end - i < 18) {
            size = size * 10 + line.charAt(end++) - '0';
        }
        if (i <= 0 || end == i) {
            throw new BadArchive("the list of the squashfs does not parse: " + Problem.printable(line));
        }
        return size;
    }

    private static List<String> lines(Tool tool) throws IOException {
        var lines = new ArrayList<String>();
        try (var reader = new BufferedReader(new InputStreamReader(tool.output(), StandardCharsets.ISO_8859_1))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (lines.size() > io.lightvisor.image.tar.TarReader.MAX_ENTRIES) {
                    throw new BadArchive("the squashfs has more entries than any image");
                }
                lines.add(line);
            }
        }
        failIfFailed(tool);
        return lines;
    }

    private static void failIfFailed(Tool tool) throws IOException {
        var failure = tool.failure();
        if (failure.isPresent()) {
            throw new BadArchive("the squashfs does not unpack: " + failure.get());
        }
    }

    private static void checkTemplates(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : (Iterable<Path>) all::iterator) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new BadArchive("entry \"templates/" + folder.relativize(path)
                            + "\" is refused: a template must be a plain file");
                }
            }
        }
    }

    /// The guest's /dev is mounted over the image's; nodes in it are of no use and only a danger.
    private static void removeDevices(Path root) throws IOException {
        var dev = root.resolve("dev");
        if (!Files.isDirectory(dev, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var all = Files.walk(dev)) {
            for (var path : (Iterable<Path>) all::iterator) {
                int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                if ((mode & 0170000) == 0020000 || (mode & 0170000) == 0060000) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void removeRemains(Path staging) throws IOException {
        try (var left = Files.walk(staging)) {
            for (var path : left.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
