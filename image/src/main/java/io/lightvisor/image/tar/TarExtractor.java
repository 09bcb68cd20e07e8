package io.lightvisor.image.tar;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Makes files of the entries of an archive, with owners, modes, times, attributes, access control lists, links and
/// holes as the archive tells them.
///
/// Every folder on the way is opened below the target with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`, and the last name
/// is
/// made new, never followed: an archive cannot write through a link that it brought along. (Therefore not by tar(1):
/// two programs that read one archive can understand it differently, and what was checked is not what is done.)
public final class TarExtractor implements AutoCloseable {
    private static final Resolve[] CONFINED = {Resolve.BENEATH, Resolve.NO_SYMLINKS, Resolve.NO_MAGICLINKS};
    private static final int BUFFER = 256 * 1024;
    private static final int SET_GID = 02000;
    private static final int SET_BITS = 07000;
    private static final long MAX_ID = 0xFFFF_FFFEL;

    /// Attributes that mean the same here as where the archive was made. Those of `trusted.` and of overlays steer this
    /// host, and security labels belong to the policy of the other one.
    private static final UnaryOperator<String> STRICT = name ->
            name.equals("security.capability") || (name.startsWith("user.") && !name.startsWith("user.overlay."))
                    ? name
                    : "";

    /// For a root folder: what overlays of the guest noted is the guest's.
    public static final UnaryOperator<String> PLAIN =
            name -> name.startsWith("user.overlay.") || isAcl(name) ? name : STRICT.apply(name);

    /// For a layer of an overlay: what overlays of the guest noted is kept from steering ours, by the escape that the
    /// kernel takes away again for the guest.
    public static final UnaryOperator<String> LAYER = name -> name.startsWith("user.overlay.")
            ? "user.overlay.overlay." + name.substring("user.overlay.".length())
            : PLAIN.apply(name);

    private final DirFd root;
    private final Limits limits;
    private final UnaryOperator<String> attributeNames;
    private final byte[] buffer = new byte[BUFFER];
    /// Folders get their times last, because what is made in them changes those.
    private final List<FolderTimes> folderTimes = new ArrayList<>();

    private String parentPath = "";
    private @Nullable DirFd parent;
    /// Some folder hands its group down to what is made in it.
    private boolean groupsInherited;

    private record FolderTimes(String path, Instant modified) {}

    /// @param root stays open and belongs to the caller
    public TarExtractor(DirFd root, Limits limits) {
        this(root, limits, STRICT);
    }

    /// @param root           stays open and belongs to the caller
    /// @param attributeNames the name that an attribute gets, empty for none: [#PLAIN] or [#LAYER]
    public TarExtractor(DirFd root, Limits limits, UnaryOperator<String> attributeNames) {
        this.root = root;
        this.limits = limits;
        this.attributeNames = attributeNames;
    }

    private static boolean isAcl(String name) {
        return name.equals("system.posix_acl_access") || name.equals("system.posix_acl_default");
    }

    /// Makes what one entry says.
    ///
    /// @param path     of [EntryName#normal]; empty for the root folder itself
    /// @param linkPath for a hard link, the path of its target; else ignored
    /// @param data     the reader that gave the entry
    /// @throws BadArchive if it may not be made
    public void extract(TarEntry entry, String path, String linkPath, TarReader data) throws IOException {
        if (entry.size() > limits.largestFile()) {
            throw new BadArchive("entry \"" + Problem.printable(path) + "\" is refused: it unpacks to " + entry.size()
                    + " bytes, more than the " + limits.largestFile() + " there is room for");
        }
        if (entry.uid() < 0 || entry.uid() > MAX_ID || entry.gid() < 0 || entry.gid() > MAX_ID) {
            throw new BadArchive("entry \"" + Problem.printable(path) + "\" is refused: owner " + entry.uid() + ":"
                    + entry.gid() + " is no owner");
        }
        try {
            if (path.isEmpty()) {
                rootFolder(entry);
            } else {
                make(entry, path, linkPath, data);
            }
        } catch (SyscallException e) {
            if (e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR)) {
                throw new BadArchive(
                        "entry \"" + Problem.printable(path)
                                + "\" is refused: its name leads through a link or a file of the archive",
                        e);
            }
            throw new IOException("entry \"" + Problem.printable(path) + "\" not unpacked: " + e.getMessage(), e);
        }
    }

    /// Sets what can only be set at the end. Call once, after the last entry.
    public void finish() {
        for (int i = folderTimes.size() - 1; i >= 0; i--) {
            var each = folderTimes.get(i);
            parentOf(each.path()).setTimes(lastName(each.path()), each.modified(), each.modified());
        }
    }

    @Override
    public void close() {
        if (parent != null) {
            parent.close();
        }
    }

    private void rootFolder(TarEntry entry) throws BadArchive {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw new BadArchive("the root of the archive is no folder");
        }
        root.fd().chown((int) entry.uid(), (int) entry.gid());
        root.fd().chmod(entry.mode());
        for (var attribute : kept(entry, "").entrySet()) {
            Xattrs.set(root.fd(), attribute.getKey(), attribute.getValue());
        }
    }

    private void make(TarEntry entry, String path, String linkPath, TarReader data) throws IOException {
        var name = lastName(path);
        var folder = parentOf(path);
        switch (entry.type()) {
            case FILE -> makeFile(folder, name, entry, path, data);
            case DIRECTORY -> {
                makeFolder(folder, name, path);
                attributes(folder, name, entry, path);
                groupsInherited |= (entry.mode() & SET_GID) != 0;
                folderTimes.add(new FolderTimes(path, entry.modified()));
            }
            case SYMLINK -> {
                if (entry.linkName().isEmpty() || entry.linkName().length() > 4095) {
                    throw new BadArchive("link \"" + Problem.printable(path) + "\" has no usable target");
                }
                fresh(folder, name, path, () -> folder.makeSymlink(name, entry.linkName()));
                chown(folder, name, entry);
                for (var attribute : kept(entry, path).entrySet()) {
                    if (!attribute.getKey().startsWith("user.")) {
                        Xattrs.set(folder, name, attribute.getKey(), attribute.getValue());
                    }
                }
                folder.setTimes(name, entry.modified(), entry.modified());
            }
            case HARD_LINK -> makeHardLink(folder, name, path, linkPath);
            case FIFO -> makeNode(folder, name, entry, path, 0010000);
            case CHARACTER_DEVICE -> makeNode(folder, name, entry, path, 0020000);
            case BLOCK_DEVICE -> makeNode(folder, name, entry, path, 0060000);
        }
    }

    private void makeFile(DirFd folder, String name, TarEntry entry, String path, TarReader data) throws IOException {
        try (var file = createFile(folder, name, path, entry.mode() & ~SET_BITS)) {
            if (entry.sparse().isPresent()) {
                writeSparse(file, entry, data);
            } else {
                write(file, Long.MAX_VALUE, data);
            }
            // The owner first: a change of owner takes set-id bits and capabilities away (chown(2)).
            if (entry.uid() != 0 || entry.gid() != 0 || groupsInherited) {
                file.chown((int) entry.uid(), (int) entry.gid());
            }
            if ((entry.mode() & SET_BITS) != 0) {
                file.chmod(entry.mode());
            }
            for (var attribute : kept(entry, path).entrySet()) {
                Xattrs.set(file, attribute.getKey(), attribute.getValue());
            }
        }
        folder.setTimes(name, entry.modified(), entry.modified());
    }

    private static Fd createFile(DirFd folder, String name, String path, int mode) throws IOException {
        try {
            return folder.create(name, mode);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            clear(folder, name, path);
            return folder.create(name, mode);
        }
    }

    private void writeSparse(Fd file, TarEntry entry, TarReader data) throws IOException {
        file.truncate(entry.size());
        for (var extent : entry.sparse().orElseThrow()) {
            file.seek(extent.offset());
            write(file, extent.length(), data);
        }
    }

    private void write(Fd file, long length, TarReader data) throws IOException {
        long left = length;
        while (left > 0) {
            int count = data.read(buffer, 0, (int) Math.min(left, BUFFER));
            if (count < 0) {
                return;
            }
            for (int written = 0; written < count; ) {
                written += file.write(buffer, written, count - written);
            }
            left -= count;
        }
    }

    private static void makeFolder(DirFd folder, String name, String path) throws IOException {
        try {
            folder.makeDirectory(name, 0755);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            if (!folder.stat(name).isDirectory()) {
                throw new BadArchive("entry \"" + Problem.printable(path)
                        + "\" is refused: the archive has something else of that name");
            }
        }
    }

    private void makeHardLink(DirFd folder, String name, String path, String linkPath) throws IOException {
        if (linkPath.isEmpty()) {
            throw new BadArchive("hard link \"" + Problem.printable(path) + "\" has no usable target");
        }
        int slash = linkPath.lastIndexOf('/');
        try (var from = slash < 0
                ? root.openDirectory(".", CONFINED)
                : root.openDirectory(linkPath.substring(0, slash), CONFINED)) {
            var target = from.findStat(lastName(linkPath));
            if (target.isEmpty() || target.get().isDirectory()) {
                throw new BadArchive("hard link \"" + Problem.printable(path) + "\" is refused: its target \""
                        + Problem.printable(linkPath) + "\" is no earlier file of the archive");
            }
            fresh(folder, name, path, () -> folder.link(name, from, lastName(linkPath)));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                throw new BadArchive(
                        "hard link \"" + Problem.printable(path) + "\" is refused: its target \""
                                + Problem.printable(linkPath) + "\" is no earlier file of the archive",
                        e);
            }
            throw e;
        }
    }

    private void makeNode(DirFd folder, String name, TarEntry entry, String path, int type) throws IOException {
        fresh(
                folder,
                name,
                path,
                () -> folder.makeNode(name, type | (entry.mode() & 0777), entry.deviceMajor(), entry.deviceMinor()));
        attributes(folder, name, entry, path);
        folder.setTimes(name, entry.modified(), entry.modified());
    }

    private void attributes(DirFd folder, String name, TarEntry entry, String path) throws BadArchive {
        chown(folder, name, entry);
        folder.chmod(name, entry.mode());
        for (var attribute : kept(entry, path).entrySet()) {
            Xattrs.set(folder, name, attribute.getKey(), attribute.getValue());
        }
    }

    private void chown(DirFd folder, String name, TarEntry entry) {
        if (entry.uid() != 0 || entry.gid() != 0 || groupsInherited) {
            folder.chown(name, (int) entry.uid(), (int) entry.gid());
        }
    }

    private Map<String, byte[]> kept(TarEntry entry, String path) throws BadArchive {
        if (entry.xattrs().isEmpty()
                && entry.acl().isEmpty()
                && entry.defaultAcl().isEmpty()) {
            return Map.of();
        }
        var kept = new java.util.LinkedHashMap<String, byte[]>();
        entry.xattrs().forEach((key, value) -> {
            String name = attributeNames.apply(key);
            if (!name.isEmpty()) {
                kept.put(name, value);
            }
        });
        if (entry.acl().isPresent()) {
            kept.put(
                    "system.posix_acl_access",
                    PosixAcl.attribute(path, entry.acl().get()));
        }
        if (entry.defaultAcl().isPresent()) {
            kept.put(
                    "system.posix_acl_default",
                    PosixAcl.attribute(path, entry.defaultAcl().get()));
        }
        return kept;
    }

    private interface Making {
        void make();
    }

    /// Makes something new of this name; what the archive had there before goes, unless it is a folder.
    private static void fresh(DirFd folder, String name, String path, Making making) throws IOException {
        try {
            making.make();
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            clear(folder, name, path);
            making.make();
        }
    }

    private static void clear(DirFd folder, String name, String path) throws IOException {
        if (folder.stat(name).isDirectory()) {
            throw new BadArchive(
                    "entry \"" + Problem.printable(path) + "\" is refused: the archive has a folder of that name");
        }
        folder.unlink(name);
    }

    /// The folder that holds `path`, made (0755) if the archive did not.
    private DirFd parentOf(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return root;
        }
        var wanted = path.substring(0, slash);
        var open = parent;
        if (open != null && wanted.equals(parentPath)) {
            return open;
        }
        DirFd next;
        try {
            next = root.openDirectory(wanted, CONFINED);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            next = root.makeDirectories(wanted, 0755);
        }
        if (open != null) {
            open.close();
        }
        parent = next;
        parentPath = wanted;
        return next;
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
