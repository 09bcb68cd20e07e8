package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Steps;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.ImageVolume;
import io.lightvisor.store.Kind;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Makes an instance: image, record, root volume.
final class CreateInstanceFlow {
    private final World world;
    private final ImageCatalog images;
    private final SecureRandom random = new SecureRandom();

    CreateInstanceFlow(World world, ImageCatalog images) {
        this.world = world;
        this.images = images;
    }

    /// Refuses early what is plainly wrong, and picks the name that the answer must already hold.
    CreateInstance accept(CreateInstance command) {
        return world.planner().accept(world.store().facts(), command, random);
    }

    Instance run(CreateInstance command, Operation op) throws Exception {
        try (var steps = new Steps()) {
            Optional<Image> image = switch (command.source()) {
                case InstanceSource.FromImage from ->
                    Optional.of(images.resolve(command.project(), from.image(), command.type(), op));
                case InstanceSource.Empty _ -> Optional.empty();
                case InstanceSource.FromInstance _ -> throw new IllegalArgumentException("a copy is made elsewhere");
            };
            Instance made = steps.run(
                    () -> world.store().decide(draft -> {
                        var instance = world.planner().create(draft, command, image, random);
                        var pool = Pools.ofRoot(draft, InstancePlanner.expanded(draft, instance));
                        draft.put(
                                Kind.STORAGE_VOLUME,
                                new StorageVolume(
                                        pool.name(),
                                        instance.project(),
                                        StorageVolume.Type.CONTAINER,
                                        instance.name().value(),
                                        "",
                                        Map.of(),
                                        Instant.now()));
                        image.ifPresent(i -> draft.put(Kind.IMAGE, i.withLastUsed(Instant.now())));
                        return instance;
                    }),
                    record -> forget(world, record));
            try (var _ = world.locks().lock(made.id())) {
                var facts = world.store().facts();
                if (facts.instance(made.ref()).isEmpty()) {
                    throw Problem.notFound("Instance \"" + made.name() + "\" was deleted while it was made")
                            .exception();
                }
                var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, made));
                Optional<ImageVolume> content =
                        image.isPresent() ? Optional.of(images.unpacked(image.get(), pool, op)) : Optional.empty();
                steps.run(
                        () -> world.pools().createInstance(pool, made.ref(), content),
                        _ -> world.pools().delete(pool, made.ref()));
                world.store().decide(draft -> {
                    draft.put(Kind.INSTANCE, made.withKeys(Map.of(Volatile.CREATING, "")));
                    return true;
                });
            }
            steps.keep();
            world.events()
                    .lifecycle(
                            made.project(),
                            "instance-created",
                            Urls.of("instances", made.name().value(), made.project()));
            return made;
        }
    }

    /// Removes the record of an instance that has come to nothing.
    static void forget(World world, Instance made) {
        world.store().decide(draft -> {
            for (var pool : draft.storagePools()) {
                draft.remove(
                        Kind.STORAGE_VOLUME,
                        new StorageVolume.Ref(
                                pool.name(),
                                made.project(),
                                StorageVolume.Type.CONTAINER,
                                made.name().value()));
            }
            return draft.remove(Kind.INSTANCE, made.ref());
        });
    }
}
