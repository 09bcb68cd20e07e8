package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.image.tar.TarEntry;
import io.lightvisor.model.Problem;

/// Where things lie in the archive of an image, and what may lie there.
///
///     metadata.yaml      a file
///     templates/         a folder of files
///     rootfs/            a folder; the root file system
final class ImageLayout {
    private static final long MAX_TEMPLATE = 1024 * 1024;

    private ImageLayout() {}

    /// Whether an entry of the archive belongs to an image at all; others are passed over.
    static boolean belongs(String path) {
        return path.equals("metadata.yaml") || isIn("templates", path) || isIn("rootfs", path);
    }

    static boolean isIn(String folder, String path) {
        return path.startsWith(folder) && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }

    /// Refuses what would take the place of the image's own files: the host reads those.
    static void checkTop(TarEntry entry, String path) throws BadArchive {
        switch (path) {
            case "metadata.yaml" -> {
                if (entry.type() != TarEntry.Type.FILE) {
                    throw refused(path, "it must be a plain file");
                }
                if (entry.size() > ImageMetadata.MAX_BYTES) {
                    throw refused(path, "it has more than " + ImageMetadata.MAX_BYTES + " bytes");
                }
            }
            case "rootfs", "templates" -> {
                if (entry.type() != TarEntry.Type.DIRECTORY) {
                    throw refused(path, "it must be a folder");
                }
            }
            case "rootfs.img" ->
                throw new BadArchive("it is an image of a virtual machine, and virtual machines are not offered");
            default -> {
                if (isIn("templates", path)) {
                    checkTemplate(entry, path);
                }
            }
        }
    }

    private static void checkTemplate(TarEntry entry, String path) throws BadArchive {
        switch (entry.type()) {
            case DIRECTORY -> {
                // Folders order the templates.
            }
            case FILE -> {
                if (entry.size() > MAX_TEMPLATE) {
                    throw refused(path, "a template has at most " + MAX_TEMPLATE + " bytes");
                }
            }
            default -> throw refused(path, "a template must be a plain file");
        }
    }

    /// Whether an entry of a root file system is to be made. Devices below `dev/` are not: the guest's /dev is mounted
    /// over it.
    ///
    /// @param path below the root file system
    /// @throws BadArchive for a device anywhere else
    static boolean isWanted(TarEntry entry, String path) throws BadArchive {
        if (!entry.isDevice()) {
            return true;
        }
        if (isIn("dev", path)) {
            return false;
        }
        throw refused(path, "a device may only lie in dev/");
    }

    private static BadArchive refused(String path, String why) {
        return new BadArchive("entry \"" + Problem.printable(path) + "\" is refused: " + why);
    }
}
