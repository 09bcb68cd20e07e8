package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ImageAliasesEntry;
import io.lightvisor.api.ImageAliasesEntryPut;
import io.lightvisor.api.ImageAliasesPost;
import io.lightvisor.api.RenamePost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.model.Image;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `/1.0/images/aliases`: names of images. A name may hold slashes.
final class AliasesEndpoint {
    private final ImageCatalog images;

    AliasesEndpoint(ImageCatalog images) {
        this.images = images;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/images/aliases", this::list),
                Route.of("POST", "/1.0/images/aliases", this::create),
                Route.memory("GET", "/1.0/images/aliases/{name*}", this::get).forGuests(),
                Route.of("PUT", "/1.0/images/aliases/{name*}", this::replace),
                Route.of("PATCH", "/1.0/images/aliases/{name*}", this::patch),
                Route.of("POST", "/1.0/images/aliases/{name*}", this::rename),
                Route.of("DELETE", "/1.0/images/aliases/{name*}", this::delete));
    }

    private Answer list(Call call) {
        var found = new ArrayList<Object>();
        for (var alias : images.aliases(call.project())) {
            found.add(call.recursion() == 0 ? Links.of("images/aliases", alias.name(), alias.project()) : wire(alias));
        }
        return Answer.sync(found);
    }

    private static ImageAliasesEntry wire(Image.Alias alias) {
        return new ImageAliasesEntry(
                alias.description(),
                alias.target().value(),
                alias.name(),
                alias.type().wire());
    }

    private static String tag(Image.Alias alias) {
        return ETag.of(alias.name(), alias.description(), alias.target().value());
    }

    private Answer get(Call call) {
        var alias = images.requireAlias(call.project(), call.variable(0));
        if (!call.caller().isTrusted()
                && !images.require(call.project(), alias.target().value()).isPublic()) {
            throw Problem.notFound("Image alias not found").exception();
        }
        return Answer.sync(wire(alias)).tagged(tag(alias));
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(ImageAliasesPost.class);
        String name = Fields.text(post.name());
        String target = Fields.text(post.target());
        if (name.isEmpty() || target.isEmpty()) {
            throw Problem.badRequest("name and target are required").exception();
        }
        images.createAlias(call.project(), name, Fields.text(post.description()), target);
        return Answer.created(Links.of("images/aliases", name, call.project()));
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(ImageAliasesEntryPut.class);
        images.updateAlias(
                call.project(),
                call.variable(0),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description()),
                Fields.required(put.target(), "The target field is required"));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(ImageAliasesEntryPut.class);
        var before = images.requireAlias(call.project(), call.variable(0));
        images.updateAlias(
                call.project(),
                call.variable(0),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description(), before.description()),
                Fields.text(put.target(), before.target().value()));
        return Answer.empty();
    }

    private Answer rename(Call call) throws IOException {
        String to = Fields.required(call.json(RenamePost.class).name(), "No name provided");
        images.renameAlias(call.project(), call.variable(0), to);
        return Answer.created(Links.of("images/aliases", to, call.project()));
    }

    private Answer delete(Call call) {
        images.deleteAlias(call.project(), call.variable(0));
        return Answer.empty();
    }
}
