package io.lightvisor.engine.image;

import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.image.bootstrap.Bootstrap;
import io.lightvisor.image.bootstrap.BootstrapAlias;
import io.lightvisor.image.bootstrap.BootstrapSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Images built on this host: protocol `bootstrap`.
final class ImageBuilds implements ImageOrigin {
    private final Bootstrap bootstrap;

    ImageBuilds(Path lxdDir) {
        this.bootstrap = new Bootstrap(lxdDir);
    }

    void recover() {
        bootstrap.recover();
    }

    /// What can be built from a source.
    List<BootstrapAlias> aliases(String source) {
        return bootstrap.aliases(source);
    }

    @Override
    public String protocol() {
        return "bootstrap";
    }

    /// By the best name of what is meant, so that `debian:bookworm` and `debian:12` are one image.
    @Override
    public ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages) {
        bootstrap.require(new BootstrapSpec(remote.server(), remote.alias(), packages));
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

    @Override
    public Optional<Offer> look(ImageQuery.Remote remote) {
        return Optional.empty();
    }

    @Override
    public void fetch(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress) {
        bootstrap.build(new BootstrapSpec(remote.server(), remote.alias(), packages), upload, progress);
    }
}
