package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.StoragePoolPut;
import io.lightvisor.api.StoragePoolResources;
import io.lightvisor.api.StoragePoolsPost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `/1.0/storage-pools`, and the volumes in them to look at.
final class PoolsEndpoint {
    private final Pools pools;

    PoolsEndpoint(Pools pools) {
        this.pools = pools;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/storage-pools", this::list),
                Route.of("POST", "/1.0/storage-pools", this::create),
                Route.memory("GET", "/1.0/storage-pools/{pool}", this::get),
                Route.of("PUT", "/1.0/storage-pools/{pool}", this::replace),
                Route.of("PATCH", "/1.0/storage-pools/{pool}", this::patch),
                Route.of("DELETE", "/1.0/storage-pools/{pool}", this::delete),
                Route.of("GET", "/1.0/storage-pools/{pool}/resources", this::resources),
                Route.memory("GET", "/1.0/storage-pools/{pool}/volumes", this::volumes),
                Route.memory("GET", "/1.0/storage-pools/{pool}/volumes/{type}", this::volumes),
                Route.memory("GET", "/1.0/storage-pools/{pool}/volumes/{type}/{volume}", this::volume));
    }

    private static PoolName name(Call call) {
        return Fields.named(call.variable(0), PoolName::new, "Storage pool not found");
    }

    private Answer list(Call call) {
        var filter = Filter.parse(call.query("filter"));
        var found = new ArrayList<Object>();
        for (var pool : pools.list()) {
            String url = Links.of("storage-pools", pool.name().value());
            if (call.recursion() == 0 && filter.isEmpty()) {
                found.add(url);
                continue;
            }
            var wire = wire(pool);
            if (filter.matches(wire)) {
                found.add(call.recursion() == 0 ? url : wire);
            }
        }
        return Answer.sync(found);
    }

    private io.lightvisor.api.StoragePool wire(StoragePool pool) {
        return new io.lightvisor.api.StoragePool(
                pool.config(),
                pool.description(),
                pool.name().value(),
                pool.driver(),
                pools.usedBy(pool.name()),
                "Created",
                List.of(OperationWire.LOCATION));
    }

    private static String tag(StoragePool pool) {
        return ETag.of(pool.name().value(), pool.driver(), pool.description(), pool.config());
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(StoragePoolsPost.class);
        var name = new PoolName(Fields.required(post.name(), "No name provided"));
        String driver = Fields.required(post.driver(), "No driver provided");
        pools.create(name, driver, Fields.text(post.description()), Fields.map(post.config()));
        return Answer.created(Links.of("storage-pools", name.value()));
    }

    private Answer get(Call call) {
        var pool = pools.require(name(call));
        return Answer.sync(wire(pool)).tagged(tag(pool));
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(StoragePoolPut.class);
        pools.update(
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description()),
                Fields.map(put.config()));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(StoragePoolPut.class);
        var before = pools.require(name(call));
        pools.update(
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description(), before.description()),
                Fields.patched(before.config(), put.config()));
        return Answer.empty();
    }

    private Answer delete(Call call) {
        pools.delete(name(call));
        return Answer.empty();
    }

    private Answer resources(Call call) {
        var resources = pools.resources(name(call));
        return Answer.sync(new StoragePoolResources(
                new StoragePoolResources.Usage(resources.spaceUsed(), resources.spaceTotal()),
                new StoragePoolResources.Usage(resources.inodesUsed(), resources.inodesTotal())));
    }

    /// Volumes of the project asked for; those of images belong to every project.
    private List<StorageVolume> visible(Call call) {
        var found = new ArrayList<StorageVolume>();
        for (var volume : pools.volumes(name(call))) {
            boolean mine = call.flag("all-projects") || volume.project().equals(call.project());
            if (mine || volume.type() == StorageVolume.Type.IMAGE) {
                found.add(volume);
            }
        }
        return found;
    }

    private static String url(StorageVolume volume) {
        String url = "/1.0/storage-pools/" + Percent.encode(volume.pool().value()) + "/volumes/"
                + volume.type().wire() + "/" + Percent.encode(volume.name());
        return volume.project().equals(Project.DEFAULT)
                ? url
                : url + "?project=" + Percent.encode(volume.project().value());
    }

    private Answer volumes(Call call) {
        var filter = Filter.parse(call.query("filter"));
        String type = call.path().indexOf("/volumes/") > 0 ? type(call).wire() : "";
        var found = new ArrayList<Object>();
        for (var volume : visible(call)) {
            if (!type.isEmpty() && !volume.type().wire().equals(type)) {
                continue;
            }
            var wire = wire(volume);
            if (filter.matches(wire)) {
                found.add(call.recursion() == 0 ? url(volume) : wire);
            }
        }
        return Answer.sync(found);
    }

    private static StorageVolume.Type type(Call call) {
        String text = call.variable(1);
        for (var type : StorageVolume.Type.values()) {
            if (type.wire().equals(text)) {
                return type;
            }
        }
        throw Problem.badRequest("Invalid storage volume type \"" + Problem.printable(text) + "\"")
                .exception();
    }

    private static io.lightvisor.api.StorageVolume wire(StorageVolume volume) {
        var usedBy = switch (volume.type()) {
            case CONTAINER, VIRTUAL_MACHINE -> List.of(Links.of("instances", volume.name(), volume.project()));
            case IMAGE -> List.of(Links.of("images", volume.name(), volume.project()));
            case CUSTOM -> List.<String>of();
        };
        return new io.lightvisor.api.StorageVolume(
                volume.config(),
                volume.description(),
                volume.name(),
                volume.type().wire(),
                usedBy,
                OperationWire.LOCATION,
                "filesystem",
                volume.project().value(),
                volume.createdAt());
    }

    private Answer volume(Call call) {
        var type = type(call);
        String name = call.variable(2);
        for (var volume : visible(call)) {
            if (volume.type() == type && volume.name().equals(name)) {
                return Answer.sync(wire(volume)).tagged(ETag.of(volume.name(), type.wire(), volume.config()));
            }
        }
        throw Problem.notFound("Storage volume not found").exception();
    }
}
