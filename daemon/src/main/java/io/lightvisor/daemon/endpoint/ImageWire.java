package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ImageAlias;
import io.lightvisor.api.ImageUpdateSource;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.model.Image;
import io.lightvisor.model.ProfileName;
import java.util.ArrayList;
import java.util.List;

/// An image as JSON.
final class ImageWire {
    private ImageWire() {}

    static io.lightvisor.api.Image of(ImageCatalog images, Image image) {
        var aliases = new ArrayList<ImageAlias>();
        for (var alias : images.aliasesOf(image)) {
            aliases.add(new ImageAlias(alias.name(), alias.description()));
        }
        return new io.lightvisor.api.Image(
                image.autoUpdate(),
                image.properties(),
                image.isPublic(),
                image.expiresAt(),
                profiles(image),
                aliases,
                image.architecture().kernelName(),
                image.cached(),
                image.filename(),
                image.fingerprint().value(),
                image.size(),
                image.source().map(ImageWire::source).orElse(null),
                image.type().wire(),
                image.createdAt(),
                image.lastUsedAt(),
                image.uploadedAt());
    }

    private static ImageUpdateSource source(Image.Source source) {
        return new ImageUpdateSource(
                source.alias(), source.certificate(), source.protocol(), source.server(), source.imageType());
    }

    private static List<String> profiles(Image image) {
        return image.profiles().isEmpty()
                ? List.of("default")
                : image.profiles().stream().map(ProfileName::value).toList();
    }

    static String tag(Image image) {
        return ETag.of(image.isPublic(), image.autoUpdate(), image.properties());
    }
}
