package io.lightvisor.storage.overlay;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;

/// What lies below an instance's own layer, as the symbolic link `overlay/lower`:
///
///     ../../../images/5f1c.../rootfs      the root file system of an image of this pool
///     ../../../.layers/empty              nothing, for a root that starts empty
///
/// A link, because it is either there or not: unlike a small file it cannot be found empty after a crash, so making it
/// need not wait for the disk, and reading it is one call. A snapshot will put a layer between (`.layers/ID`), with a
/// link of its own to what lies below that.
sealed interface LowerLink {
    /// An image's content.
    record ToImage(Fingerprint fingerprint) implements LowerLink {}

    /// Nothing.
    record ToEmpty() implements LowerLink {}

    /// Makes the link.
    ///
    /// @param overlay the folder `overlay/` of an instance, three levels below the pool
    default void write(Path overlay) throws IOException {
        var target = switch (this) {
            case ToImage image -> "../../../images/" + image.fingerprint() + "/rootfs";
            case ToEmpty() -> "../../../.layers/empty";
        };
        Files.createSymbolicLink(overlay.resolve("lower"), Path.of(target));
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
