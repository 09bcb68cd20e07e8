package io.lightvisor.storage.overlay;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.storage.driver.Copies;
import io.lightvisor.storage.driver.Folders;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.RootCopy;
import io.lightvisor.storage.driver.RootLayout;
import io.lightvisor.storage.driver.VolumeDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A root is an overlay: what the instance changed above the shared content of its image.
///
///     containers/NAME/overlay/upper/                       what the instance changed
///     containers/NAME/overlay/work/                        the kernel's, empty while not mounted
///     containers/NAME/overlay/lower                        a link to what lies below, see [LowerLink]
///     containers/NAME/rootfs/                              empty; where tools of the host expect a root
///     containers-snapshots/NAME/SNAPSHOT/overlay/lower     a link alone: a snapshot has nothing of its own
///
/// To snapshot or copy a stopped instance copies nothing: its upper layer is put below as a frozen one ([Layers]). The
/// upper layer of a running one is mounted and cannot move, so that is copied, while the instance's processes are
/// frozen.
public final class OverlayDriver implements VolumeDriver {
    /// So many layers a root may have. Each costs a little at every start and look-up of a name, and what the kernel
    /// takes ends at 500; a root that has more is made one layer by copying it whole.
    private static final int MOST_LAYERS = 32;

    private static final int INSTANCE = 3;
    private static final int SNAPSHOT = 4;

    private final PoolFolder pool;
    private final Layers layers;

    public OverlayDriver(PoolFolder pool) {
        this.pool = pool;
        this.layers = new Layers(pool);
    }

    @Override
    public String name() {
        return "overlay";
    }

    @Override
    public void prepare() throws IOException {
        layers.prepare();
    }

    @Override
    public void createImageFolder(Path fresh) throws IOException {
        Folders.make(fresh, Folders.PRIVATE);
    }

    // ---- roots

    @Override
    public void createRoot(Path instance, Optional<Path> image) throws IOException {
        if (image.isPresent()) {
            var content = image.get();
            var below =
                    new LowerLink.ToImage(new Fingerprint(content.getFileName().toString()));
            layRoot(instance, content.resolve("rootfs"), below);
        } else {
            layRoot(instance, layers.empty(), new LowerLink.ToEmpty());
        }
    }

    private static void layRoot(Path instance, Path like, LowerLink below) throws IOException {
        Folders.make(instance.resolve("rootfs"), Folders.PRIVATE);
        Layers.lay(instance.resolve("overlay"), like, below, INSTANCE);
    }

    @Override
    public RootLayout layout(Path instance) throws IOException {
        return overlay(instance);
    }

    private RootLayout.Overlay overlay(Path instance) throws IOException {
        var overlay = instance.resolve("overlay");
        return new RootLayout.Overlay(layers.chain(LowerLink.read(overlay)), overlay);
    }

    @Override
    public void copyRoot(Path instance, Path fresh, boolean running) throws IOException, InterruptedException {
        var overlay = overlay(instance);
        var below = LowerLink.read(overlay.upperParent());
        if (running) {
            layRoot(fresh, overlay.upper(), below);
            copy(overlay.upper(), fresh.resolve("overlay/upper"));
        } else if (Layers.isUnchanged(overlay.upper(), overlay.lowers().getFirst())) {
            layRoot(fresh, overlay.upper(), below);
        } else {
            var layer = Layers.freshName();
            layRoot(fresh, overlay.upper(), layer);
            putBelow(instance, overlay, layer);
        }
    }

    // ---- snapshots

    @Override
    public RootLayout frozenLayout(Path snapshot) throws IOException {
        return new RootLayout.FrozenOverlay(layers.chain(LowerLink.read(snapshot.resolve("overlay"))));
    }

    private static void layFrozen(Path snapshot, LowerLink below) throws IOException {
        Folders.make(snapshot.resolve("rootfs"), Folders.PRIVATE);
        Folders.make(snapshot.resolve("overlay"), Folders.PRIVATE);
        below.write(snapshot.resolve("overlay"), SNAPSHOT);
    }

    @Override
    public void freeze(Path instance, Path snapshot, boolean running) throws IOException, InterruptedException {
        var overlay = overlay(instance);
        var below = LowerLink.read(overlay.upperParent());
        if (Layers.isUnchanged(overlay.upper(), overlay.lowers().getFirst())) {
            layFrozen(snapshot, below);
            return;
        }
        var layer = Layers.freshName();
        layFrozen(snapshot, layer);
        if (running) {
            Folders.make(layers.of(layer), Folders.PRIVATE);
            Layers.lay(layers.overlay(layer), overlay.upper(), below, INSTANCE);
            copy(overlay.upper(), layers.overlay(layer).resolve("upper"));
        } else {
            putBelow(instance, overlay, layer);
        }
    }

    /// Makes the upper layer of a stopped instance the frozen one of this name, and puts an empty one above it.
    private void putBelow(Path instance, RootLayout.Overlay overlay, LowerLink.ToLayer layer)
            throws IOException, InterruptedException {
        Folders.make(layers.of(layer), Folders.PRIVATE);
        if (overlay.lowers().size() < MOST_LAYERS) {
            Layers.lay(layers.overlay(layer), overlay.upper(), layer, INSTANCE);
            exchange(instance, layers.of(layer));
            return;
        }
        // All layers together become the frozen one; the old upper changes places with a new one and is unused then.
        Layers.lay(layers.overlay(layer), overlay.upper(), new LowerLink.ToEmpty(), INSTANCE);
        RootCopy.copy(overlay.readOnly(), layers.overlay(layer).resolve("upper"));
        var aside = layers.of(Layers.freshName());
        Folders.make(aside, Folders.PRIVATE);
        Layers.lay(aside.resolve("overlay"), overlay.upper(), layer, INSTANCE);
        exchange(instance, aside);
    }

    private static void exchange(Path one, Path other) {
        try (var a = DirFd.open(one);
                var b = DirFd.open(other)) {
            a.exchange("overlay", b, "overlay");
        }
    }

    @Override
    public void thaw(Path snapshot, Path fresh) throws IOException {
        var below = LowerLink.read(snapshot.resolve("overlay"));
        layRoot(fresh, layers.chain(below).getFirst(), below);
    }

    @Override
    public void copyFrozen(Path snapshot, Path fresh) throws IOException {
        layFrozen(fresh, LowerLink.read(snapshot.resolve("overlay")));
    }

    @Override
    public Path createFillable(Path fresh) throws IOException {
        createRoot(fresh, Optional.empty());
        return fresh.resolve("overlay/upper");
    }

    @Override
    public Path createFillableFrozen(Path fresh) throws IOException {
        var layer = Layers.freshName();
        layFrozen(fresh, layer);
        Folders.make(layers.of(layer), Folders.PRIVATE);
        Layers.lay(layers.overlay(layer), layers.empty(), new LowerLink.ToEmpty(), INSTANCE);
        return layers.overlay(layer).resolve("upper");
    }

    private static void copy(Path from, Path to) throws InterruptedException {
        Copies.copyTree(from, to);
    }

    // ---- what is shared

    @Override
    public boolean usesImage(Fingerprint fingerprint) throws IOException {
        return layers.usesImage(fingerprint);
    }

    @Override
    public List<Path> unused() throws IOException {
        return layers.unused();
    }

    @Override
    public boolean shares(Path root) throws IOException {
        try {
            return LowerLink.read(root.resolve("overlay")) instanceof LowerLink.ToLayer;
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "overlay in " + pool.path();
    }
}
