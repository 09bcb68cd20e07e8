package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.image.ImageMetadata;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// `/1.0/instances/{name}/metadata`: what the instance's image says about itself. And the list of
/// backups
/// of an instance, which are empty: none can be made yet.
final class MetadataEndpoint {
    private final Instances instances;
    private final Path containers;

    /// @param containers the folder with a link to each instance's own
    MetadataEndpoint(Instances instances, Path containers) {
        this.instances = instances;
        this.containers = containers;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String one = "/1.0/" + noun + "/{name}";
            routes.add(Route.of("GET", one + "/metadata", this::get));
            routes.add(Route.memory("GET", one + "/backups", this::none));
        }
        return routes;
    }

    private Answer none(Call call) {
        instances.view(InstancesEndpoint.ref(call));
        return Answer.sync(List.of());
    }

    private Answer get(Call call) throws IOException {
        var instance = instances.view(InstancesEndpoint.ref(call)).expanded().instance();
        // The folder's link is ours; the file is a guest's image's and must not lead anywhere else.
        Path folder = containers.resolve(instance.hostName());
        byte[] yaml;
        try (InputStream in = Files.newInputStream(folder.resolve("metadata.yaml"), LinkOption.NOFOLLOW_LINKS)) {
            yaml = in.readNBytes(ImageMetadata.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw Problem.notFound("Instance \"" + instance.name() + "\" has no metadata.yaml")
                    .exception(e);
        }
        var wire = wire(ImageMetadata.parse(yaml));
        return Answer.sync(wire).tagged(ETag.of(new String(yaml, StandardCharsets.UTF_8)));
    }

    private static io.lightvisor.api.ImageMetadata wire(ImageMetadata metadata) {
        var templates = new TreeMap<String, io.lightvisor.api.ImageMetadata.Template>();
        metadata.templates()
                .forEach((path, template) -> templates.put(
                        path,
                        new io.lightvisor.api.ImageMetadata.Template(
                                template.when(), template.createOnly(), template.template(), template.properties())));
        return new io.lightvisor.api.ImageMetadata(
                metadata.architecture().kernelName(),
                metadata.createdAt().getEpochSecond(),
                metadata.expiresAt().equals(Instant.EPOCH)
                        ? 0
                        : metadata.expiresAt().getEpochSecond(),
                new TreeMap<>(metadata.properties()),
                templates.isEmpty() ? null : templates);
    }
}
