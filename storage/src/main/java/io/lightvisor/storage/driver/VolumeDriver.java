package io.lightvisor.storage.driver;

import io.lightvisor.model.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// One pool's way to keep roots and image contents.
///
/// Methods get folders of the pool that nobody else touches meanwhile, do not lock, and may leave a half-made folder
/// behind when they throw: [io.lightvisor.storage.StoragePools] makes everything in `.staging/`, renames it into place
/// when it is whole, and throws away what failed. `IOException` and [io.lightvisor.linux.SyscallException] pass
/// through.
public interface VolumeDriver {
    /// As in a pool's `driver`: `dir`, `overlay`.
    String name();

    /// Lays what this driver needs beyond the folders of [PoolFolder]. Called when a pool is made and at each start of
    /// the daemon.
    void prepare() throws IOException;

    /// Makes the empty folder that an image's content is unpacked into. A driver with cheap copies makes it a unit that
    /// it can copy.
    void createImageFolder(Path fresh) throws IOException;

    /// Makes the root of a new instance.
    ///
    /// @param instance an existing folder without a root
    /// @param image    the image folder whose `rootfs/` the root starts with; empty for an empty root
    void createRoot(Path instance, Optional<Path> image) throws IOException, InterruptedException;

    /// Which folders are the root of this instance. One small file is read at most.
    ///
    /// @throws java.nio.file.NoSuchFileException if the instance has no root
    RootLayout layout(Path instance) throws IOException;

    /// Whether a root (or a snapshot of one) in this pool still reads the image's content. Read from the disk, so that
    /// it is right after a crash; asked only when images go.
    boolean usesImage(Fingerprint fingerprint) throws IOException;
}
