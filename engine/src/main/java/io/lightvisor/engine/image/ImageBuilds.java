package io.lightvisor.engine.image;

import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import java.nio.file.Path;
import java.util.List;

/// Images that are built here (`bootstrap`) instead of fetched.
final class ImageBuilds {
    private final Path work;
    private final KeyedLocks<ImageQuery.Remote> locks = new KeyedLocks<>();

    ImageBuilds(Path lxdDir) {
        this.work = lxdDir.resolve("builds");
    }

    void recover() {}

    void accept(ImageQuery.Remote remote, List<String> packages) {}

    KeyedLocks.Held lock(ImageQuery.Remote remote) throws InterruptedException {
        return locks.lock(remote);
    }

    void build(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress)
            throws Exception {}
}
