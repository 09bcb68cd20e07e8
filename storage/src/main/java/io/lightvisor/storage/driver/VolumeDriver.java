package io.lightvisor.storage.driver;

import io.lightvisor.model.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

    /// Which folders are the root of this snapshot, for reading.
    ///
    /// @throws java.nio.file.NoSuchFileException if the snapshot has no root
    RootLayout frozenLayout(Path snapshot) throws IOException;

    /// Keeps the root of an instance as it is now.
    ///
    /// @param instance the folder of an instance
    /// @param snapshot an existing folder without a root, which will lie two levels below `containers-snapshots/`
    /// @param running  whether the instance runs, frozen by its cgroup: its root is mounted then, in its place
    void freeze(Path instance, Path snapshot, boolean running) throws IOException, InterruptedException;

    /// Makes a root that starts as an instance is now.
    ///
    /// @param instance the folder of an instance
    /// @param fresh    an existing folder without a root
    /// @param running  as for [#freeze]
    void copyRoot(Path instance, Path fresh, boolean running) throws IOException, InterruptedException;

    /// Makes a root that starts as a snapshot.
    ///
    /// @param fresh an existing folder without a root
    void thaw(Path snapshot, Path fresh) throws IOException, InterruptedException;

    /// Makes a snapshot that is the same as another one.
    ///
    /// @param fresh an existing folder without a root, which will lie two levels below `containers-snapshots/`
    void copyFrozen(Path snapshot, Path fresh) throws IOException, InterruptedException;

    /// Makes an empty root in an existing folder, as [#createRoot] without an image does, and tells the plain folder
    /// to fill.
    Path createFillable(Path fresh) throws IOException, InterruptedException;

    /// As [#createFillable], for a snapshot.
    Path createFillableFrozen(Path fresh) throws IOException;

    /// Finds what was shared and is used by nobody any more, for the caller to remove. Read from the disk, so that it
    /// is right after a crash. Nothing is renamed in the pool meanwhile.
    List<Path> unused() throws IOException;

    /// Whether this root shares something that [#unused] may find once the root is gone.
    boolean shares(Path root) throws IOException;

    /// Whether a root (or a snapshot of one) in this pool still reads the image's content. Read from the disk, so that
    /// it is right after a crash; asked only when images go.
    boolean usesImage(Fingerprint fingerprint) throws IOException;
}
