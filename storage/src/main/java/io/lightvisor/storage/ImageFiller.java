package io.lightvisor.storage;

import java.nio.file.Path;

/// Puts an image's content into a folder: `metadata.yaml`, `rootfs/`, and `templates/` if the image has any. Given by
/// whoever can unpack images; called at most once per image and pool at a time.
@FunctionalInterface
public interface ImageFiller {
    /// @param folder exists, is empty, and is only the host root's to enter
    void fill(Path folder) throws Exception;
}
