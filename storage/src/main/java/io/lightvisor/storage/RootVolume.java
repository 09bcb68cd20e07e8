package io.lightvisor.storage;

import io.lightvisor.model.Instance;
import io.lightvisor.model.PoolName;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Path;

/// The root volume of one instance.
///
/// @param folder `storage-pools/POOL/containers/NAME` below the data folder
/// @param layout which folders are the root file system
public record RootVolume(PoolName pool, Instance.Ref instance, Path folder, RootLayout layout) {
    /// Enough to recover the instance if the store is lost; written by the engine.
    public Path backupYaml() {
        return folder.resolve("backup.yaml");
    }

    /// The image's description, copied at creation.
    public Path metadataYaml() {
        return folder.resolve("metadata.yaml");
    }

    /// The image's templates, copied at creation; the folder is always there.
    public Path templates() {
        return folder.resolve("templates");
    }
}
