package io.lightvisor.storage.overlay;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;

/// What lies below a layer, as the symbolic link `overlay/lower`:
///
///     ../../../images/5f1c.../rootfs              the root file system of an image of this pool
///     ../../../.layers/9d3f.../overlay/upper      what an instance had changed when it was frozen, see [Layers]
///     ../../../.layers/empty                      nothing, for a root that starts empty
///
/// A link, because it is either there or not: unlike a small file it cannot be found empty after a crash, so making it
/// need not wait for the disk, and reading it is one call.
sealed interface LowerLink {
    /// An image's content.
    record ToImage(Fingerprint fingerprint) implements LowerLink {}

    /// A frozen layer.
    record ToLayer(String id) implements LowerLink {}

    /// Nothing.
    record ToEmpty() implements LowerLink {}

    /// Makes the link.
    ///
    /// @param overlay the folder `overlay/` of a root
    /// @param depth   how many levels below the pool it will lie: 3 for instances and layers, 4 for snapshots
    default void write(Path overlay, int depth) throws IOException {
        var target = switch (this) {
            case ToImage image -> "images/" + image.fingerprint() + "/rootfs";
            case ToLayer layer -> ".layers/" + layer.id() + "/overlay/upper";
            case ToEmpty() -> ".layers/empty";
        };
        Files.createSymbolicLink(overlay.resolve("lower"), Path.of("../".repeat(depth) + target));
    }

    /// Reads the link.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    static LowerLink read(Path overlay) throws IOException {
        Path target;
        try {
            target = Files.readSymbolicLink(overlay.resolve("lower"));
        } catch (NotLinkException e) {
            throw new IOException(overlay.resolve("lower") + " is damaged: it must be a link", e);
        }
        int count = target.getNameCount();
        if (target.endsWith(".layers/empty")) {
            return new ToEmpty();
        }
        if (count >= 4
                && target.endsWith("overlay/upper")
                && target.getName(count - 4).toString().equals(".layers")) {
            return new ToLayer(target.getName(count - 3).toString());
        }
        if (count >= 3
                && target.endsWith("rootfs")
                && target.getName(count - 3).toString().equals("images")) {
            try {
                return new ToImage(new Fingerprint(target.getName(count - 2).toString()));
            } catch (ProblemException e) {
                throw new IOException(overlay.resolve("lower") + " is damaged: " + e.getMessage(), e);
            }
        }
        throw new IOException(overlay.resolve("lower") + " is damaged: it leads to " + target);
    }
}
