package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ImagePut;
import io.lightvisor.api.ImagesPost;
import io.lightvisor.api.ImagesPostSource;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Multipart;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Query;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.image.ImageAttributes;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProfileName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `/1.0/images`. A guest sees what is public, and with a secret one image that is not.
final class ImagesEndpoint {
    private final ImageCatalog images;
    private final Instances instances;
    private final ImageSecrets secrets;

    ImagesEndpoint(ImageCatalog images, Instances instances, Operations operations) {
        this.images = images;
        this.instances = instances;
        this.secrets = new ImageSecrets(operations);
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/images", this::list).forGuests(),
                Route.of("POST", "/1.0/images", this::create),
                Route.memory("GET", "/1.0/images/{fingerprint}", this::get).forGuests(),
                Route.of("PUT", "/1.0/images/{fingerprint}", this::replace),
                Route.of("PATCH", "/1.0/images/{fingerprint}", this::patch),
                Route.of("DELETE", "/1.0/images/{fingerprint}", this::delete),
                Route.of("GET", "/1.0/images/{fingerprint}/export", this::export)
                        .forGuests(),
                Route.of("POST", "/1.0/images/{fingerprint}/export", this::push),
                Route.of("POST", "/1.0/images/{fingerprint}/refresh", this::refresh),
                Route.of("POST", "/1.0/images/{fingerprint}/secret", this::secret));
    }

    // ---- looking

    private Answer list(Call call) {
        boolean trusted = call.caller().isTrusted();
        var filter = Filter.parse(call.query("filter"));
        var found = new ArrayList<Object>();
        for (var image : images.list(call.project())) {
            if (!trusted && !image.isPublic()) {
                continue;
            }
            String url = Links.of("images", image.fingerprint().value(), image.project());
            if (call.recursion() == 0 && filter.isEmpty()) {
                found.add(url);
                continue;
            }
            var wire = ImageWire.of(images, image);
            if (filter.matches(wire)) {
                found.add(call.recursion() == 0 ? url : wire);
            }
        }
        return Answer.sync(found);
    }

    /// The image asked for, if the caller may see it: a guest does not learn that others exist.
    private Image visible(Call call) {
        Image image = images.require(call.project(), call.variable(0));
        if (call.caller().isTrusted()
                || image.isPublic()
                || secrets.find(image, call.query("secret")).isPresent()) {
            return image;
        }
        throw Problem.notFound("Image not found").exception();
    }

    private Answer get(Call call) {
        Image image = visible(call);
        return Answer.sync(ImageWire.of(images, image)).tagged(ImageWire.tag(image));
    }

    private Answer export(Call call) {
        Image image = visible(call);
        var answer = ImageDownload.of(images.export(image));
        if (!call.caller().isTrusted() && !image.isPublic()) {
            secrets.find(image, call.query("secret")).ifPresent(Operation::complete);
        }
        return answer;
    }

    private Answer secret(Call call) {
        var operation = secrets.make(images.require(call.project(), call.variable(0)));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    // ---- changing

    private Answer replace(Call call) throws IOException {
        var put = call.json(ImagePut.class);
        images.update(
                call.project(),
                call.variable(0),
                current -> call.requireMatch(ImageWire.tag(current)),
                Fields.flag(put.isPublic()),
                Fields.flag(put.autoUpdate()),
                Fields.map(put.properties()),
                Optional.ofNullable(put.expiresAt()).filter(when -> when.isAfter(Instant.EPOCH)),
                Fields.list(put.profiles(), ProfileName::new));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(ImagePut.class);
        Image before = images.require(call.project(), call.variable(0));
        images.update(
                call.project(),
                call.variable(0),
                current -> call.requireMatch(ImageWire.tag(current)),
                put.isPublic() == null ? before.isPublic() : put.isPublic(),
                put.autoUpdate() == null ? before.autoUpdate() : put.autoUpdate(),
                Fields.patched(before.properties(), put.properties()),
                Optional.ofNullable(put.expiresAt()).filter(when -> when.isAfter(Instant.EPOCH)),
                put.profiles() == null ? before.profiles() : Fields.list(put.profiles(), ProfileName::new));
        return Answer.empty();
    }

    private Answer delete(Call call) {
        return Answer.operation(
                OperationWire.of(images.delete(call.project(), call.variable(0)).view()));
    }

    private Answer refresh(Call call) {
        return Answer.operation(OperationWire.of(
                images.refresh(call.project(), call.variable(0)).view()));
    }

    private Answer push(Call call) {
        images.require(call.project(), call.variable(0));
        throw new Problem.Unsupported("Image not pushed", "pushing to another server is not offered yet", "")
                .exception();
    }

    // ---- taking in

    private Answer create(Call call) throws IOException {
        String type = call.header("Content-Type");
        if (Multipart.isMultipart(type)
                || type.startsWith("application/octet-stream")
                || !call.header("X-LXD-filename").isEmpty()) {
            return upload(call, type);
        }
        return fetch(call, call.json(ImagesPost.class));
    }

    /// The bytes are taken in before the answer; what they are is found out in the operation.
    private Answer upload(Call call, String type) throws IOException {
        var expected = Optional.of(call.header("X-LXD-fingerprint"))
                .filter(text -> !text.isEmpty())
                .map(Fingerprint::new);
        var attributes = attributes(call);
        ImageUpload upload = images.upload();
        boolean handedOver = false;
        try (var body = call.body()) {
            if (Multipart.isMultipart(type)) {
                parts(new Multipart(body, type), upload);
            } else {
                upload.metadata(body, call.header("X-LXD-filename"));
            }
            var operation = images.importUpload(call.project(), upload, expected, attributes);
            handedOver = true;
            return Answer.operation(OperationWire.of(operation.view()));
        } finally {
            if (!handedOver) {
                upload.close();
            }
        }
    }

    private static void parts(Multipart parts, ImageUpload upload) throws IOException {
        for (var part = parts.next(); part != null; part = parts.next()) {
            switch (part.name()) {
                case "metadata" -> upload.metadata(part.content(), part.filename());
                case "rootfs", "rootfs.img" -> upload.rootfs(part.content(), part.filename());
                default ->
                    throw Problem.badRequest("Invalid multipart image: part \"" + Problem.printable(part.name())
                                    + "\" is neither metadata nor rootfs")
                            .exception();
            }
        }
    }

    private static ImageAttributes attributes(Call call) {
        String isPublic = call.header("X-LXD-public");
        var profiles = new ArrayList<ProfileName>();
        for (String pair : call.header("X-LXD-profiles").split("&", -1)) {
            if (pair.startsWith("profile=")) {
                profiles.add(new ProfileName(Percent.decodeQuery(pair.substring(8))));
            }
        }
        return new ImageAttributes(
                !isPublic.isEmpty() && Booleans.parse(isPublic),
                false,
                Query.parse(call.header("X-LXD-properties")).all(),
                List.of(),
                profiles);
    }

    private Answer fetch(Call call, ImagesPost post) {
        var source = post.source();
        if (source == null) {
            throw Problem.badRequest("Invalid images JSON").exception();
        }
        String type = Fields.text(source.type());
        return switch (type) {
            case "image" -> fetch(call, post, source);
            case "instance", "container", "virtual-machine", "snapshot" -> publish(call, post, source);
            case "url" ->
                throw new Problem.Unsupported(
                                "Image not created",
                                "images from a source of type \"" + type + "\" are not offered yet",
                                "")
                        .exception();
            default -> throw Problem.badRequest("Invalid images JSON").exception();
        };
    }

    private Answer publish(Call call, ImagesPost post, ImagesPostSource source) {
        var subject = PublishReader.subject(call.project(), source);
        var request = PublishReader.request(call.project(), post);
        return Answer.operation(OperationWire.of(instances
                .publish(subject.instance(), subject.snapshot(), request)
                .view()));
    }

    private Answer fetch(Call call, ImagesPost post, ImagesPostSource source) {
        if (Fields.text(source.mode()).equals("push")
                || Fields.text(source.server()).isEmpty()) {
            throw new Problem.Unsupported(
                            "Image not created", "copies between projects and pushed copies are not offered yet", "")
                    .exception();
        }
        String protocol = Fields.text(source.protocol());
        String alias = Fields.text(source.alias());
        var remote = new ImageQuery.Remote(
                protocol.isEmpty() ? "lxd" : protocol,
                Fields.text(source.server()),
                alias.isEmpty() ? Fields.text(source.fingerprint()) : alias,
                Fields.text(source.certificate()),
                Fields.text(source.secret()));
        var packages = new ArrayList<String>();
        for (String each : Fields.text(source.packages()).split(",", -1)) {
            if (!each.isBlank()) {
                packages.add(each.strip());
            }
        }
        var aliases = new ArrayList<ImageAttributes.NewAlias>();
        if (post.aliases() != null) {
            for (var each : post.aliases()) {
                aliases.add(new ImageAttributes.NewAlias(each.name(), Fields.text(each.description())));
            }
        }
        Map<String, String> properties = Fields.map(post.properties());
        var attributes = new ImageAttributes(
                Fields.flag(post.isPublic()),
                Fields.flag(post.autoUpdate()),
                properties,
                aliases,
                Fields.list(post.profiles(), ProfileName::new));
        return Answer.operation(OperationWire.of(
                images.fetch(call.project(), remote, packages, attributes).view()));
    }
}
