package io.lightvisor.storage;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.PoolName;
import java.nio.file.Path;

/// An image's content in a pool: unpacked, shared, never changed.
///
/// @param folder   holds `metadata.yaml`, `templates/`, `rootfs/`
/// @param unpacked it was not there before and has just been unpacked
public record ImageVolume(PoolName pool, Fingerprint fingerprint, Path folder, boolean unpacked) {
    public Path rootfs() {
        return folder.resolve("rootfs");
    }
}
