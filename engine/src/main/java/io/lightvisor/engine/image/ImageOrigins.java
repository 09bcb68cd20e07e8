package io.lightvisor.engine.image;

import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.model.Problem;
import java.util.List;
import java.util.Optional;

/// Images that come from elsewhere, by protocol; one fetch per source and name at a time.
final class ImageOrigins {
    private final List<ImageOrigin> origins;
    private final KeyedLocks<ImageQuery.Remote> locks = new KeyedLocks<>();

    ImageOrigins(List<ImageOrigin> origins) {
        this.origins = List.copyOf(origins);
    }

    private ImageOrigin of(ImageQuery.Remote remote) {
        for (var origin : origins) {
            if (origin.protocol().equals(remote.protocol())) {
                return origin;
            }
        }
        throw new Problem.Unsupported(
                        "image \"" + Problem.printable(remote.alias()) + "\" not fetched",
                        "this version does not fetch from servers of protocol \"" + Problem.printable(remote.protocol())
                                + "\"",
                        "build one with \"lxc launch debian:12\", or import a file with \"lxc image import\"")
                .exception();
    }

    ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages) {
        return of(remote).accept(remote, packages);
    }

    Optional<ImageOrigin.Offer> look(ImageQuery.Remote remote) {
        return of(remote).look(remote);
    }

    /// Waits for a fetch of the same that is under way.
    KeyedLocks.Held lock(ImageQuery.Remote remote) throws InterruptedException {
        return locks.lock(remote);
    }

    void fetch(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress) {
        of(remote).fetch(remote, packages, upload, progress);
    }
}
