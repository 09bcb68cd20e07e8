package io.lightvisor.storage;

import io.lightvisor.model.Instance;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Path;

/// A snapshot of a root volume, with the image's description as it was then.
///
/// @param folder `storage-pools/POOL/containers-snapshots/NAME/SNAPSHOT` below the data folder
/// @param layout which folders are the root file system; nothing is written there
public record SnapshotVolume(PoolName pool, Instance.Ref instance, SnapshotName name, Path folder, RootLayout layout) {
    /// The image's description.
    public Path metadataYaml() {
        return folder.resolve("metadata.yaml");
    }

    /// The image's templates; the folder is always there.
    public Path templates() {
        return folder.resolve("templates");
    }
}
