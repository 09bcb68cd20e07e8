package io.lightvisor.engine.image;

import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.image.bootstrap.Bootstrap;
import io.lightvisor.image.bootstrap.BootstrapAlias;
import io.lightvisor.image.bootstrap.BootstrapSpec;
import io.lightvisor.model.Problem;
import java.nio.file.Path;
import java.util.List;

/// Images that come from elsewhere: built on this host (`bootstrap`), one build per source and alias at a
/// time.
final class ImageBuilds {
    private static final String BOOTSTRAP = "bootstrap";

    private final Bootstrap bootstrap;
    private final KeyedLocks<ImageQuery.Remote> locks = new KeyedLocks<>();

    ImageBuilds(Path lxdDir) {
        this.bootstrap = new Bootstrap(lxdDir);
    }

    void recover() {
        bootstrap.recover();
    }

    /// The remote by the best name of what it means, so that `debian:bookworm` and `debian:12` are one image.
    ///
    /// @throws io.lightvisor.model.ProblemException if nothing of that name can be had
    ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages) {
        if (!remote.protocol().equals(BOOTSTRAP)) {
            throw new Problem.Unsupported(
                            "image \"" + Problem.printable(remote.alias()) + "\" not fetched",
                            "this version does not fetch from servers of protocol \""
                                    + Problem.printable(remote.protocol()) + "\"",
                            "build one with \"lxc launch debian:12\", or import a file with \"lxc image import\"")
                    .exception();
        }
        var spec = new BootstrapSpec(remote.server(), remote.alias(), packages);
        bootstrap.require(spec);
        for (var alias : bootstrap.aliases(remote.server())) {
            if (remote.alias().isEmpty() || alias.names().contains(remote.alias())) {
                return new ImageQuery.Remote(
                        remote.protocol(),
                        remote.server(),
                        alias.names().getFirst(),
                        remote.certificate(),
                        remote.secret());
            }
        }
        return remote;
    }

    /// What can be built from a source.
    List<BootstrapAlias> aliases(String source) {
        return bootstrap.aliases(source);
    }

    /// Waits for a build of the same that is under way.
    KeyedLocks.Held lock(ImageQuery.Remote remote) throws InterruptedException {
        return locks.lock(remote);
    }

    /// Builds into an upload.
    void build(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress) {
        bootstrap.build(new BootstrapSpec(remote.server(), remote.alias(), packages), upload, progress);
    }
}
