package io.lightvisor.storage;

import java.nio.file.Path;

/// Fills a new volume from elsewhere: a backup, another server.
@FunctionalInterface
public interface VolumeFiller {
    /// @param folder the volume's folder, for `metadata.yaml` and `templates/` (which is there, empty)
    /// @param root   the empty root folder, a plain one: what is laid here is the root file system as it is
    void fill(Path folder, Path root) throws Exception;
}
