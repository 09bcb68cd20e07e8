package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.Wire;
import io.lightvisor.api.WireException;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.InstanceMetadata;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.image.ImageMetadata;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `/1.0/instances/{name}/metadata`: what an instance keeps of its image, and below it the templates of its files.
final class MetadataEndpoint {
    private final Instances instances;
    private final InstanceMetadata metadata;

    MetadataEndpoint(Instances instances) {
        this.instances = instances;
        this.metadata = instances.metadata();
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String one = "/1.0/" + noun + "/{name}";
            routes.add(Route.of("GET", one + "/metadata", this::get));
            routes.add(Route.of("PUT", one + "/metadata", this::put));
            routes.add(Route.of("PATCH", one + "/metadata", this::patch));
            routes.add(Route.of("GET", one + "/metadata/templates", this::templates));
            routes.add(Route.of("POST", one + "/metadata/templates", this::postTemplate));
            routes.add(Route.of("DELETE", one + "/metadata/templates", this::deleteTemplate));
        }
        return routes;
    }

    // ---- metadata.yaml

    private Answer get(Call call) {
        byte[] yaml = metadata.read(InstancesEndpoint.ref(call));
        var wire = yaml.length == 0
                ? new io.lightvisor.api.ImageMetadata("", 0, 0, Map.of(), Map.of())
                : wire(ImageMetadata.parse(yaml));
        return Answer.sync(wire).tagged(tag(yaml));
    }

    private static String tag(byte[] yaml) {
        return ETag.of(new String(yaml, StandardCharsets.UTF_8));
    }

    private Answer put(Call call) throws IOException, InterruptedException {
        var wanted = value(call.json(io.lightvisor.api.ImageMetadata.class));
        var ref = InstancesEndpoint.ref(call);
        metadata.write(ref, yaml -> {
            call.requireMatch(tag(yaml));
            return wanted;
        });
        instances.tellFile(ref, "instance-metadata-updated", "/metadata", "");
        return Answer.empty();
    }

    /// What is named takes the place of what was; properties and templates one by one.
    private Answer patch(Call call) throws IOException, InterruptedException {
        byte[] body = call.jsonBytes();
        var ref = InstancesEndpoint.ref(call);
        metadata.write(ref, yaml -> {
            call.requireMatch(tag(yaml));
            try {
                var whole = yaml.length == 0
                        ? new JsonObject()
                        : JsonTree.object(Wire.bytes(wire(ImageMetadata.parse(yaml))));
                merge(whole, JsonTree.object(body));
                return value(Wire.read(io.lightvisor.api.ImageMetadata.class, JsonTree.bytes(whole)));
            } catch (WireException e) {
                throw Problem.badRequest("the request's body does not fit: " + e.getMessage())
                        .exception(e);
            }
        });
        instances.tellFile(ref, "instance-metadata-updated", "/metadata", "");
        return Answer.empty();
    }

    private static void merge(JsonObject into, JsonObject change) {
        for (String key : change.keys()) {
            if (change.get(key) instanceof JsonObject more && into.get(key) instanceof JsonObject one) {
                for (String name : more.keys()) {
                    one.put(name, more.get(name));
                }
            } else {
                into.put(key, change.get(key));
            }
        }
    }

    private static ImageMetadata value(io.lightvisor.api.ImageMetadata wire) {
        if (wire.architecture() == null || wire.architecture().isEmpty()) {
            throw Problem.badRequest("Missing architecture").exception();
        }
        if (wire.creationDate() == 0) {
            throw Problem.badRequest("Missing creation date").exception();
        }
        var templates = new TreeMap<String, ImageMetadata.Template>();
        if (wire.templates() != null) {
            wire.templates()
                    .forEach((path, template) -> templates.put(
                            path,
                            new ImageMetadata.Template(
                                    orNone(template.when()),
                                    template.createOnly(),
                                    template.template() == null ? "" : template.template(),
                                    orNone(template.properties()))));
        }
        return new ImageMetadata(
                Architecture.parse(wire.architecture()),
                time(wire.creationDate()),
                time(wire.expiryDate()),
                wire.properties(),
                templates);
    }

    private static List<String> orNone(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static Instant time(long seconds) {
        try {
            return seconds <= 0 ? Instant.EPOCH : Instant.ofEpochSecond(seconds);
        } catch (DateTimeException e) {
            throw Problem.badRequest(seconds + " is no time").exception(e);
        }
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
                templates);
    }

    // ---- templates

    private Answer templates(Call call) {
        var ref = InstancesEndpoint.ref(call);
        String name = call.query("path");
        if (name.isEmpty()) {
            return Answer.sync(metadata.templates(ref));
        }
        byte[] content = metadata.template(ref, name);
        instances.tellFile(ref, "instance-metadata-template-retrieved", "/metadata/templates", name);
        return new Answer.Ready(
                200,
                "application/octet-stream",
                content,
                Map.of("Content-Disposition", "inline;filename=" + Problem.printable(name)));
    }

    private Answer postTemplate(Call call) throws IOException, InterruptedException {
        var ref = InstancesEndpoint.ref(call);
        String name = templateName(call);
        byte[] content;
        try (var body = call.body()) {
            content = body.readNBytes(InstanceMetadata.MAX_TEMPLATE + 1);
        }
        metadata.putTemplate(ref, name, content);
        instances.tellFile(ref, "instance-metadata-template-created", "/metadata/templates", name);
        return Answer.empty();
    }

    private Answer deleteTemplate(Call call) throws InterruptedException {
        var ref = InstancesEndpoint.ref(call);
        String name = templateName(call);
        metadata.deleteTemplate(ref, name);
        instances.tellFile(ref, "instance-metadata-template-deleted", "/metadata/templates", name);
        return Answer.empty();
    }

    private static String templateName(Call call) {
        String name = call.query("path");
        if (name.isEmpty()) {
            throw Problem.badRequest("missing path argument").exception();
        }
        return name;
    }
}
