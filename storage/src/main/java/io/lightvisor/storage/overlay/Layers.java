package io.lightvisor.storage.overlay;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PlainMark;
import io.lightvisor.storage.driver.PoolFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// The frozen layers of a pool: what instances had changed at the moments they were frozen. Never written again, shared
/// by all roots that began there, and gone with the last of them.
///
///     .layers/ID/overlay/upper/   what was changed
///     .layers/ID/overlay/work/    left over
///     .layers/ID/overlay/lower    what lies below it, see [LowerLink]
///     .layers/empty/              below roots that start with nothing: an overlay wants a lower layer
///
/// A layer is an instance's own `overlay/` folder, put here as it is by one renameat2(2) that at the same moment puts a
/// new, empty one above it in its place. Nobody counts users: who uses a layer links to it, a made root before the
/// layer is there, so unused ones are found by reading the links.
final class Layers {
    private static final String EMPTY = "empty";

    private final PoolFolder pool;

    Layers(PoolFolder pool) {
        this.pool = pool;
    }

    void prepare() throws IOException {
        Folders.ensure(folder(), Folders.PRIVATE);
        Folders.ensure(empty(), Folders.ROOT);
    }

    static LowerLink.ToLayer freshName() {
        return new LowerLink.ToLayer(UUID.randomUUID().toString().replace("-", ""));
    }

    /// The folder that holds `overlay/`.
    Path of(LowerLink.ToLayer layer) {
        return folder().resolve(layer.id());
    }

    Path overlay(LowerLink.ToLayer layer) {
        return of(layer).resolve("overlay");
    }

    /// The folders that a link stands for, topmost first.
    List<Path> chain(LowerLink link) throws IOException {
        var found = new ArrayList<Path>();
        var at = link;
        while (at instanceof LowerLink.ToLayer layer) {
            found.add(overlay(layer).resolve("upper"));
            var below = LowerLink.read(overlay(layer));
            if (found.size() > 1000) {
                throw new IOException(of(layer) + " is damaged: its layers lead round in a circle");
            }
            at = below;
        }
        found.add(
                at instanceof LowerLink.ToImage image
                        ? pool.image(image.fingerprint()).resolve("rootfs")
                        : empty());
        return found;
    }

    /// Lays an `overlay/` folder with an empty upper layer.
    ///
    /// @param like the root folder whose owner, mode and attributes the new root has
    /// @param depth as for [LowerLink#write]
    static void lay(Path overlay, Path like, LowerLink below, int depth) throws IOException {
        Folders.make(overlay, Folders.PRIVATE);
        Folders.make(overlay.resolve("work"), Folders.PRIVATE);
        var upper = overlay.resolve("upper");
        Folders.make(upper, Folders.ROOT);
        // The root folder of an overlay has the owner and mode of its upper layer.
        copyAttributes(like, upper);
        below.write(overlay, depth);
    }

    private static void copyAttributes(Path from, Path to) throws IOException {
        var wanted = Files.readAttributes(from, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        var there = Files.readAttributes(to, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        for (Map.Entry<String, Object> attribute : wanted.entrySet()) {
            if (!attribute.getValue().equals(there.get(attribute.getKey()))) {
                Files.setAttribute(to, "unix:" + attribute.getKey(), attribute.getValue(), LinkOption.NOFOLLOW_LINKS);
            }
        }
        try (var source = DirFd.open(from);
                var target = DirFd.open(to)) {
            for (var name : Xattrs.list(source.fd())) {
                if (isGuests(name)) {
                    Xattrs.get(source.fd(), name).ifPresent(value -> Xattrs.set(target.fd(), name, value));
                }
            }
        }
    }

    /// Not a mark of the overlay, nor one of ours.
    private static boolean isGuests(String attribute) {
        return !attribute.startsWith("user.overlay.") && !attribute.equals(PlainMark.NAME);
    }

    /// Whether an upper layer changes nothing of the root folder below it, so that it need not be kept.
    static boolean isUnchanged(Path upper, Path below) throws IOException {
        try (var entries = Files.newDirectoryStream(upper)) {
            if (entries.iterator().hasNext()) {
                return false;
            }
        }
        if (!Files.readAttributes(upper, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.readAttributes(below, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS))) {
            return false;
        }
        return attributes(upper).equals(attributes(below));
    }

    private static Map<String, String> attributes(Path folder) {
        var found = new java.util.TreeMap<String, String>();
        try (var fd = DirFd.open(folder)) {
            for (var name : Xattrs.list(fd.fd())) {
                if (isGuests(name)) {
                    Xattrs.get(fd.fd(), name).ifPresent(v -> found.put(name, java.util.Arrays.toString(v)));
                }
            }
        }
        return found;
    }

    /// Layers that no root, also none that is being made, stands on.
    List<Path> unused() throws IOException {
        // First the layers, then who uses them: one that is made meanwhile is not among the first.
        var layers = new ArrayList<Path>();
        for (var layer : children(folder())) {
            if (!layer.getFileName().toString().equals(EMPTY)) {
                layers.add(layer);
            }
        }
        if (layers.isEmpty()) {
            return List.of();
        }
        Set<String> used = new HashSet<>();
        for (var root : roots()) {
            for (var at = read(root.resolve("overlay"));
                    at instanceof LowerLink.ToLayer layer && used.add(layer.id()); ) {
                at = read(overlay(layer));
            }
        }
        layers.removeIf(layer -> used.contains(layer.getFileName().toString()));
        return layers;
    }

    /// Whether any root or layer lies straight on this image.
    boolean usesImage(Fingerprint fingerprint) throws IOException {
        var image = new LowerLink.ToImage(fingerprint);
        for (var root : roots()) {
            if (image.equals(read(root.resolve("overlay")))) {
                return true;
            }
        }
        for (var layer : children(folder())) {
            if (image.equals(read(layer.resolve("overlay")))) {
                return true;
            }
        }
        return false;
    }

    /// Everything that has an `overlay/` folder, but layers. What is being made comes first: it may be put in its
    /// place while we look.
    private List<Path> roots() throws IOException {
        var all = new ArrayList<>(children(pool.staging()));
        all.addAll(children(pool.containers()));
        for (var instance : children(pool.containerSnapshots())) {
            all.addAll(children(instance));
        }
        return all;
    }

    private static LowerLink read(Path overlay) throws IOException {
        try {
            return LowerLink.read(overlay);
        } catch (NoSuchFileException e) {
            return new LowerLink.ToEmpty();
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (var all = Files.newDirectoryStream(folder)) {
            var found = new ArrayList<Path>();
            all.forEach(found::add);
            return found;
        } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
            return List.of();
        }
    }

    Path empty() {
        return folder().resolve(EMPTY);
    }

    private Path folder() {
        return pool.path().resolve(".layers");
    }
}
