package io.lightvisor.image.tar;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.MountAttribute;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes trees of folders into an archive: owners, modes, times, hard links, holes, attributes and devices as they are
/// on disk.
///
/// A tree may lie in layers, as an overlay shows them: the topmost that has a name hides it below, folders of the same
/// name are one, a whiteout (device 0:0) hides without being there, an opaque folder hides what is below it. The layers
/// are read themselves, not by a mount: the overlay may be mounted for a running guest, and a second mount of the same
/// upper layer is nothing the kernel defines.
///
/// The tree may change meanwhile, by a guest that means no good. No link is followed; a mount is not crossed; what was
/// a
/// file when it was listed and no longer is one is left out; devices do not open, because the layers are seen through
/// mounts without devices; a file that shrinks is filled with zeros to the length that its header has.
public final class TarTree {
    private static final int MAX_PATH = 4095;
    private static final int MAX_ATTRIBUTES = 256 * 1024;
    private static final byte[] NONE = new byte[0];
    private static final String MARK = "user.overlay.";
    private static final String NESTED_MARK = "user.overlay.overlay.";

    private final TarOut out;
    private final PaxHeader header = new PaxHeader();
    /// The first name of each file that has several.
    private final Map<FileKey, byte[]> linked = new HashMap<>();

    private final Set<String> plainFolders = new HashSet<>();
    /// Whether marks of overlays are the guest's here.
    private boolean raw;

    private record FileKey(long device, long inode) {}

    /// One name of a folder as the layers show it.
    ///
    /// @param layer   the topmost that has it
    /// @param folders further layers below whose folders of this name show through
    private record Found(int layer, FileStat stat, List<Integer> folders) {}

    public TarTree(TarOut out) {
        this.out = out;
    }

    /// A file of our own making, owned by root.
    public void file(String name, int mode, long modified, byte[] content) throws IOException {
        header.write(out, FileNames.encode(name), '0', mode, 0, 0, content.length, modified, NONE, 0, 0);
        out.put(content);
        out.pad(content.length);
    }

    /// A folder of our own making, owned by root.
    public void folder(String name, int mode, long modified) throws IOException {
        header.write(out, FileNames.encode(name + "/"), '5', mode, 0, 0, 0, modified, NONE, 0, 0);
    }

    /// Writes a folder and everything in it.
    ///
    /// @param name   of the folder in the archive
    /// @param layers the topmost first; one if it is no overlay
    /// @param plain  folders below it that are no part of the overlay; marks of one are the guest's there
    public void tree(String name, List<Path> layers, Set<String> plain) throws IOException {
        linked.clear();
        raw = layers.size() == 1;
        plainFolders.clear();
        plain.forEach(each -> plainFolders.add(name + "/" + each));
        var open = new ArrayList<DirFd>();
        try {
            for (var layer : layers) {
                open.add(withoutDevices(layer));
            }
            directory(open, name);
        } finally {
            open.forEach(DirFd::close);
        }
    }

    /// Ends the archive: two empty blocks.
    public void end() throws IOException {
        out.fill(2L * Header.SIZE);
        out.flush();
    }

    private static DirFd withoutDevices(Path folder) {
        var mount = DetachedMount.copyOf(folder, false);
        try {
            return mount.change(false, Set.of(MountAttribute.NO_DEVICES), Set.of(), Optional.empty())
                    .directory();
        } catch (RuntimeException e) {
            mount.close();
            throw e;
        }
    }

    // ---- folders

    private void directory(List<DirFd> layers, String path) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted at \"" + path + "\"");
        }
        if (path.length() > MAX_PATH) {
            throw new IOException("a path is longer than " + MAX_PATH + " bytes: " + path.substring(0, 200) + "...");
        }
        var top = layers.getFirst();
        var stat = top.fd().stat();
        if (!raw && plainFolders.contains(path)) {
            raw = true;
            directory(layers.subList(0, 1), path);
            raw = false;
            return;
        }
        attributes(top.fd());
        entry(path + "/", '5', stat, 0, NONE);
        if (layers.size() == 1) {
            for (var each : top.list()) {
                var there = top.findStat(each.name());
                if (there.isPresent()) {
                    one(layers, path + "/" + each.name(), each.name(), new Found(0, there.get(), List.of()));
                }
            }
            return;
        }
        for (var each : merged(layers).entrySet()) {
            one(layers, path + "/" + each.getKey(), each.getKey(), each.getValue());
        }
    }

    /// What the layers show together; hidden names are not in it.
    private static Map<String, Found> merged(List<DirFd> layers) {
        var found = new LinkedHashMap<String, Found>();
        var closed = new HashSet<String>();
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            for (var each : layer.list()) {
                String name = each.name();
                if (closed.contains(name)) {
                    continue;
                }
                var stat = layer.findStat(name);
                if (stat.isEmpty()) {
                    continue;
                }
                var above = found.get(name);
                if (!stat.get().isDirectory()) {
                    closed.add(name);
                    if (above == null && !isWhiteout(stat.get())) {
                        found.put(name, new Found(i, stat.get(), List.of()));
                    }
                    continue;
                }
                if (above == null) {
                    found.put(name, new Found(i, stat.get(), new ArrayList<>()));
                } else {
                    above.folders().add(i);
                }
                if (isOpaque(layer, name)) {
                    closed.add(name);
                }
            }
        }
        return found;
    }

    private static boolean isWhiteout(FileStat stat) {
        return stat.type() == FileStat.Type.CHARACTER_DEVICE && stat.rdev() == 0;
    }

    private static boolean isOpaque(DirFd layer, String name) {
        return Xattrs.get(layer, name, MARK + "opaque")
                .filter(v -> v.length == 1 && v[0] == 'y')
                .isPresent();
    }

    private void one(List<DirFd> layers, String path, String name, Found found) throws IOException {
        var layer = layers.get(found.layer());
        var stat = found.stat();
        switch (stat.type()) {
            case FILE -> file(layer, name, path, stat);
            case DIRECTORY -> {
                var open = new ArrayList<DirFd>();
                try {
                    open.add(layer.openChild(name));
                    for (int below : found.folders()) {
                        open.add(layers.get(below).openChild(name));
                    }
                    if (open.getFirst().fd().stat().mountId()
                            == layer.fd().stat().mountId()) {
                        directory(open, path);
                    }
                } catch (SyscallException e) {
                    passOver(e);
                } finally {
                    open.forEach(DirFd::close);
                }
            }
            case SYMLINK -> symlink(layer, name, path, stat);
            case CHARACTER_DEVICE -> node(layer, name, path, '3', stat);
            case BLOCK_DEVICE -> node(layer, name, path, '4', stat);
            case FIFO -> node(layer, name, path, '6', stat);
            case SOCKET -> {
                // Made anew by whoever listens on it; archives have none.
            }
        }
    }

    /// What vanished or became something else is left out; everything else is a failure.
    private static void passOver(SyscallException e) {
        if (!e.is(Errno.ENOENT, Errno.ELOOP) && !e.is(Errno.ENOTDIR)) {
            throw e;
        }
    }

    // ---- what is in them

    private void file(DirFd layer, String name, String path, FileStat listed) throws IOException {
        if (listed.links() > 1 && again(path, listed)) {
            return;
        }
        Fd opened;
        try {
            opened = layer.openEntry(
                    name, OpenFlag.READ, OpenFlag.NO_FOLLOW, OpenFlag.NON_BLOCKING, OpenFlag.NO_ACCESS_TIME);
        } catch (SyscallException e) {
            if (!e.is(Errno.EACCES, Errno.ENXIO)) {
                passOver(e);
            }
            return;
        }
        try (opened) {
            var stat = opened.stat();
            if (!stat.isFile()) {
                return;
            }
            attributes(opened);
            if (stat.blocks() * 512 < stat.size() && sparse(opened, path, stat)) {
                return;
            }
            entry(path, '0', stat, stat.size(), NONE);
            data(opened, stat.size());
            out.pad(stat.size());
        }
    }

    private boolean again(String path, FileStat stat) throws IOException {
        byte[] name = FileNames.encode(path);
        byte[] first = linked.putIfAbsent(new FileKey(stat.device(), stat.inode()), name);
        if (first == null) {
            return false;
        }
        header.write(
                out,
                name,
                '1',
                stat.permissions(),
                stat.uid() & 0xFFFF_FFFFL,
                stat.gid() & 0xFFFF_FFFFL,
                0,
                stat.modified().getEpochSecond(),
                first,
                0,
                0);
        return true;
    }

    /// From where the file stands now, exactly `length` bytes.
    private void data(Fd file, long length) throws IOException {
        long left = length;
        while (left > 0) {
            ByteBuffer room = out.room();
            int limit = room.limit();
            if (room.remaining() > left) {
                room.limit(room.position() + (int) left);
            }
            int count = file.read(room);
            room.limit(limit);
            if (count <= 0) {
                out.fill(left);
                return;
            }
            left -= count;
        }
    }

    /// A file with holes, in the form of GNU tar (version 1.0): the map of its pieces is the head of the data.
    ///
    /// @return false if it has no holes after all
    private boolean sparse(Fd file, String path, FileStat stat) throws IOException {
        var extents = new ArrayList<TarEntry.Extent>();
        long stored = 0;
        for (long at = 0; at < stat.size(); ) {
            long begin = file.nextData(at);
            if (begin < 0 || begin >= stat.size()) {
                break;
            }
            long end = Math.min(file.nextHole(begin), stat.size());
            if (end <= begin) {
                break;
            }
            extents.add(new TarEntry.Extent(begin, end - begin));
            stored += end - begin;
            at = end;
        }
        file.seek(0);
        if (stored == stat.size() || extents.size() > 100_000) {
            return false;
        }
        // The last piece says how long the file is, for readers that go by it.
        extents.add(new TarEntry.Extent(stat.size(), 0));
        var map = new StringBuilder().append(extents.size()).append('\n');
        for (var extent : extents) {
            map.append(extent.offset()).append('\n').append(extent.length()).append('\n');
        }
        int mapLength = (map.length() + Header.SIZE - 1) / Header.SIZE * Header.SIZE;
        header.extend("GNU.sparse.major", ascii("1"));
        header.extend("GNU.sparse.minor", ascii("0"));
        header.extend("GNU.sparse.name", FileNames.encode(path));
        header.extend("GNU.sparse.realsize", ascii(Long.toString(stat.size())));
        entry(path, '0', stat, mapLength + stored, NONE);
        out.put(ascii(map.toString()));
        out.fill(mapLength - map.length());
        for (var extent : extents) {
            if (extent.length() > 0) {
                file.seek(extent.offset());
                data(file, extent.length());
            }
        }
        out.pad(stored);
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void symlink(DirFd layer, String name, String path, FileStat stat) throws IOException {
        String target;
        try {
            target = layer.readLink(name);
        } catch (SyscallException e) {
            if (!e.is(Errno.EINVAL)) {
                passOver(e);
            }
            return;
        }
        entry(path, '2', stat, 0, FileNames.encode(target));
    }

    private void node(DirFd layer, String name, String path, char type, FileStat stat) throws IOException {
        if (!raw && isWhiteout(stat)) {
            return; // Hides nothing here, and nobody could make use of it.
        }
        header.write(
                out,
                FileNames.encode(path),
                type,
                stat.permissions(),
                stat.uid() & 0xFFFF_FFFFL,
                stat.gid() & 0xFFFF_FFFFL,
                0,
                stat.modified().getEpochSecond(),
                NONE,
                type == '6' ? 0 : stat.rdevMajor(),
                type == '6' ? 0 : stat.rdevMinor());
    }

    private void entry(String path, char type, FileStat stat, long size, byte[] link) throws IOException {
        header.write(
                out,
                FileNames.encode(path),
                type,
                stat.permissions(),
                stat.uid() & 0xFFFF_FFFFL,
                stat.gid() & 0xFFFF_FFFFL,
                size,
                stat.modified().getEpochSecond(),
                link,
                0,
                0);
    }

    private static String unmarked(String name) {
        if (name.startsWith(NESTED_MARK)) {
            return MARK + name.substring(NESTED_MARK.length());
        }
        return name.startsWith(MARK) ? "" : name;
    }

    /// Those that belong to the file, not to the host or to the layers: what overlays note for themselves is left out,
    /// what a guest's own overlays noted (with the kernel's escape before it) gets its own name back.
    private void attributes(Fd file) {
        int total = 0;
        for (var name : Xattrs.list(file)) {
            String kept = raw ? name : unmarked(name);
            if (kept.isEmpty()
                    || !(kept.startsWith("user.")
                            || kept.equals("security.capability")
                            || kept.startsWith("system.posix_acl_"))) {
                continue;
            }
            var value = Xattrs.get(file, name);
            if (value.isPresent() && total + value.get().length <= MAX_ATTRIBUTES) {
                total += value.get().length;
                header.extend("SCHILY.xattr." + kept, value.get());
            }
        }
    }
}
