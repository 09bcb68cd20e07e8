package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ProfilePut;
import io.lightvisor.api.ProfilesPost;
import io.lightvisor.api.RenamePost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `/1.0/profiles`.
final class ProfilesEndpoint {
    private final Profiles profiles;

    ProfilesEndpoint(Profiles profiles) {
        this.profiles = profiles;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/profiles", this::list),
                Route.of("POST", "/1.0/profiles", this::create),
                Route.memory("GET", "/1.0/profiles/{name}", this::get),
                Route.of("PUT", "/1.0/profiles/{name}", this::replace),
                Route.of("PATCH", "/1.0/profiles/{name}", this::patch),
                Route.of("POST", "/1.0/profiles/{name}", this::rename),
                Route.of("DELETE", "/1.0/profiles/{name}", this::delete));
    }

    private Answer list(Call call) {
        var filter = Filter.parse(call.query("filter"));
        if (call.recursion() == 0 && filter.isEmpty()) {
            var urls = new ArrayList<String>();
            for (var profile : profiles.list(call.project())) {
                urls.add(Links.of("profiles", profile.name().value(), profile.project()));
            }
            return Answer.sync(urls);
        }
        var found = new ArrayList<Object>();
        for (var profile : profiles.list(call.project())) {
            var wire = wire(profile);
            if (filter.matches(wire)) {
                found.add(
                        call.recursion() == 0
                                ? Links.of("profiles", profile.name().value(), profile.project())
                                : wire);
            }
        }
        return Answer.sync(found);
    }

    private io.lightvisor.api.Profile wire(Profile profile) {
        return new io.lightvisor.api.Profile(
                profile.config(),
                profile.description(),
                profile.devices().byName(),
                profile.name().value(),
                profiles.usedBy(profile));
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(ProfilesPost.class);
        var name = new ProfileName(Fields.required(post.name(), "No name provided"));
        profiles.create(
                call.project(),
                name,
                Fields.text(post.description()),
                Fields.map(post.config()),
                new DeviceMap(Fields.devices(post.devices())));
        return Answer.created(Links.of("profiles", name.value(), call.project()));
    }

    private static ProfileName name(Call call) {
        return Fields.named(call.variable(0), ProfileName::new, "Profile not found");
    }

    private Answer get(Call call) {
        var profile = profiles.require(call.project(), name(call));
        return Answer.sync(wire(profile)).tagged(tag(profile));
    }

    private static String tag(Profile profile) {
        return ETag.of(
                profile.config(), profile.description(), profile.devices().byName());
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(ProfilePut.class);
        profiles.update(
                call.project(),
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description()),
                Fields.map(put.config()),
                new DeviceMap(Fields.devices(put.devices())));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(ProfilePut.class);
        var before = profiles.require(call.project(), name(call));
        profiles.update(
                call.project(),
                name(call),
                current -> {
                    call.requireMatch(tag(current));
                    if (!current.equals(before)) {
                        throw new Problem.Stale(
                                        "Profile \"" + before.name() + "\" changed while it was being changed",
                                        "",
                                        "try again")
                                .exception();
                    }
                },
                Fields.text(put.description(), before.description()),
                Fields.patched(before.config(), put.config()),
                new DeviceMap(Fields.patchedDevices(before.devices().byName(), put.devices())));
        return Answer.empty();
    }

    private Answer rename(Call call) throws IOException {
        var to = new ProfileName(Fields.required(call.json(RenamePost.class).name(), "No name provided"));
        profiles.rename(call.project(), name(call), to);
        return Answer.created(Links.of("profiles", to.value(), call.project()));
    }

    private Answer delete(Call call) {
        profiles.delete(call.project(), name(call));
        return Answer.empty();
    }
}
