package io.lightvisor.storage.overlay;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.RootLayout;
import io.lightvisor.storage.driver.VolumeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A root is an overlay: what the instance changed above the shared content of its image.
///
///     containers/NAME/overlay/upper/    what the instance changed
///     containers/NAME/overlay/work/     the kernel's, empty while not mounted
///     containers/NAME/overlay/lower     a link to what lies below, see [LowerLink]
///     containers/NAME/rootfs/           empty; where tools of the host expect a root
///     .layers/empty/                    below roots that start with nothing: an overlay wants a lower layer
public final class OverlayDriver implements VolumeDriver {
    private final PoolFolder pool;

    public OverlayDriver(PoolFolder pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "overlay";
    }

    @Override
    public void prepare() throws IOException {
        Folders.ensure(layers(), Folders.PRIVATE);
        Folders.ensure(emptyLayer(), Folders.ROOT);
    }

    @Override
    public void createImageFolder(Path fresh) throws IOException {
        Folders.make(fresh, Folders.PRIVATE);
    }

    @Override
    public void createRoot(Path instance, Optional<Path> image) throws IOException {
        Folders.make(instance.resolve("rootfs"), Folders.PRIVATE);
        var overlay = instance.resolve("overlay");
        Folders.make(overlay, Folders.PRIVATE);
        Folders.make(overlay.resolve("work"), Folders.PRIVATE);
        var upper = overlay.resolve("upper");
        Folders.make(upper, Folders.ROOT);
        if (image.isPresent()) {
            // The root folder of an overlay has the owner and mode of its upper layer.
            copyOwnerAndMode(image.get().resolve("rootfs"), upper);
        }
        image.<LowerLink>map(OverlayDriver::toImage)
                .orElseGet(LowerLink.ToEmpty::new)
                .write(overlay);
    }

    private static LowerLink toImage(Path imageFolder) {
        return new LowerLink.ToImage(new Fingerprint(imageFolder.getFileName().toString()));
    }

    private static void copyOwnerAndMode(Path from, Path to) throws IOException {
        var wanted = Files.readAttributes(from, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        var there = Files.readAttributes(to, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        for (Map.Entry<String, Object> attribute : wanted.entrySet()) {
            if (!attribute.getValue().equals(there.get(attribute.getKey()))) {
                Files.setAttribute(to, "unix:" + attribute.getKey(), attribute.getValue(), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    @Override
    public RootLayout layout(Path instance) throws IOException {
        var overlay = instance.resolve("overlay");
        var lower = switch (LowerLink.read(overlay)) {
            case LowerLink.ToImage image -> pool.image(image.fingerprint()).resolve("rootfs");
            case LowerLink.ToEmpty() -> emptyLayer();
        };
        return new RootLayout.Overlay(List.of(lower), overlay);
    }

    @Override
    public boolean usesImage(Fingerprint fingerprint) throws IOException {
        for (var instance : children(pool.containers())) {
            if (uses(instance, fingerprint)) {
                return true;
            }
        }
        for (var instance : children(pool.containerSnapshots())) {
            for (var snapshot : children(instance)) {
                if (uses(snapshot, fingerprint)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean uses(Path root, Fingerprint fingerprint) throws IOException {
        try {
            return LowerLink.read(root.resolve("overlay")).equals(new LowerLink.ToImage(fingerprint));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    private Path layers() {
        return pool.path().resolve(".layers");
    }

    private Path emptyLayer() {
        return layers().resolve("empty");
    }
}
