package io.lightvisor.storage.driver;

import io.lightvisor.model.Fingerprint;
import java.nio.file.Path;
import java.util.List;

/// Where things lie in a pool. The names are LXD's; those with a dot are ours and never shown.
///
///     POOL/containers/NAME/            one instance: backup.yaml metadata.yaml templates/ rootfs/ (overlay: overlay/)
///     POOL/containers-snapshots/NAME/SNAPSHOT/
///     POOL/custom/  POOL/custom-snapshots/  POOL/buckets/  POOL/virtual-machines/  POOL/virtual-machines-snapshots/
///     POOL/images/FINGERPRINT/         an image's content: metadata.yaml templates/ rootfs/
///     POOL/.staging/                   what is being made; renamed into place when whole
///     POOL/.trash/                     what is being removed
public record PoolFolder(Path path) {
    /// The folders that LXD lays in every pool.
    private static final List<String> FOLDERS = List.of(
            "buckets",
            "containers",
            "containers-snapshots",
            "custom",
            "custom-snapshots",
            "images",
            "virtual-machines",
            "virtual-machines-snapshots",
            ".staging",
            ".trash");

    /// Every folder of a pool, in the order of their making.
    public List<Path> folders() {
        return FOLDERS.stream().map(path::resolve).toList();
    }

    /// Instances by their [io.lightvisor.model.Instance#hostName()].
    public Path containers() {
        return path.resolve("containers");
    }

    public Path container(String hostName) {
        return containers().resolve(hostName);
    }

    /// Snapshots: one folder per instance, one per snapshot in it.
    public Path containerSnapshots() {
        return path.resolve("containers-snapshots");
    }

    public Path images() {
        return path.resolve("images");
    }

    public Path image(Fingerprint fingerprint) {
        return images().resolve(fingerprint.value());
    }

    /// Beside an image's folder: the image is deleted, its content serves roots that still use it.
    public Path imageOrphanMark(Fingerprint fingerprint) {
        return images().resolve(fingerprint.value() + ".orphan");
    }

    public Path staging() {
        return path.resolve(".staging");
    }

    public Path trash() {
        return path.resolve(".trash");
    }
}
