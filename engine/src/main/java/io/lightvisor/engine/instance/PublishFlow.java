package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ImageAttributes;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.image.ProgressLine;
import io.lightvisor.engine.image.PublishRequest;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.image.Compression;
import io.lightvisor.image.ImageMetadata;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.storage.HostRoot;
import io.lightvisor.store.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes an image of a stopped instance, or of a snapshot.
final class PublishFlow {
    private final World world;
    private final ImageCatalog images;

    PublishFlow(World world, ImageCatalog images) {
        this.world = world;
        this.images = images;
    }

    Operation submit(Instance.Ref ref, Optional<SnapshotName> snapshot, PublishRequest request) {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref);
        var compression = compression(facts, request);
        snapshot.ifPresent(name -> Snapshots.require(facts, new InstanceSnapshot.Ref(ref, name)));
        if (snapshot.isEmpty()) {
            requireStopped(instance);
        }
        var resources = Map.of(
                "instances", List.of(Urls.of("instances", ref.name().value(), ref.project())),
                "containers", List.of(Urls.of("containers", ref.name().value(), ref.project())));
        var attributes = new ImageAttributes(request.isPublic(), false, Map.of(), request.aliases(), List.of());
        return images.publish(request.project(), resources, attributes, (to, op) -> {
            try (var _ = world.locks().lock(instance.id())) {
                pack(ref, snapshot, request, compression, to, op);
            }
        });
    }

    private void requireStopped(Instance instance) {
        if (world.runs().containsKey(instance.id())) {
            throw new Problem.BadRequest(
                            "Cannot export a running instance as an image",
                            "its root changes while it is read",
                            "stop it, publish a snapshot of it, or use --force")
                    .exception();
        }
    }

    private static Compression compression(Facts facts, PublishRequest request) {
        String text = request.compression()
                .or(() -> facts.project(request.project())
                        .map(Project::config)
                        .map(c -> c.getOrDefault("images.compression_algorithm", ""))
                        .filter(c -> !c.isEmpty()))
                .orElseGet(() -> facts.serverConfig().get("images.compression_algorithm", "gzip"));
        return Compression.find(text)
                .filter(c -> c != Compression.SQUASHFS)
                .orElseThrow(() -> new Problem.BadRequest(
                                "Invalid compression algorithm \"" + Problem.printable(text) + "\"",
                                "images are packed by none, gzip, bzip2, xz, lzma or zstd",
                                "")
                        .exception());
    }

    private void pack(
            Instance.Ref ref,
            Optional<SnapshotName> snapshot,
            PublishRequest request,
            Compression compression,
            ImageUpload to,
            Operation op)
            throws Exception {
        var facts = world.store().facts();
        var instance = Instances.require(facts, ref);
        var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
        if (snapshot.isPresent()) {
            var volume = world.pools().requireSnapshot(pool, ref, snapshot.get());
            try (var root = world.pools().openRoot(volume)) {
                pack(instance, volume.folder(), root, request, compression, to, op);
            }
            return;
        }
        requireStopped(instance);
        world.roots().evict(instance.id());
        var volume = world.pools().require(pool, ref);
        try (var root = world.pools().openRootReadOnly(volume)) {
            pack(instance, volume.folder(), root, request, compression, to, op);
        }
    }

    private static void pack(
            Instance instance,
            Path folder,
            HostRoot root,
            PublishRequest request,
            Compression compression,
            ImageUpload to,
            Operation op)
            throws Exception {
        var metadata = metadata(instance, folder, request);
        var name = request.filename().isEmpty() ? instance.name().value() : request.filename();
        BlockingThread.call("lightvisor:publish", () -> {
            to.pack(
                    metadata,
                    folder,
                    root.root().fd(),
                    compression,
                    name,
                    new ProgressLine(op, "create_image_from_container_pack"));
            return true;
        });
    }

    /// What the instance's own image said, with what is wanted anew.
    private static ImageMetadata metadata(Instance instance, Path folder, PublishRequest request) throws IOException {
        var before = read(folder.resolve("metadata.yaml"));
        return new ImageMetadata(
                instance.architecture(),
                Instant.now(),
                request.expiresAt().orElse(Instant.EPOCH),
                request.properties()
                        .orElseGet(() -> before.map(ImageMetadata::properties).orElse(Map.of())),
                before.map(ImageMetadata::templates).orElse(Map.of()));
    }

    /// Empty for an instance that began empty.
    private static Optional<ImageMetadata> read(Path file) throws IOException {
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(ImageMetadata.parse(in.readNBytes(ImageMetadata.MAX_BYTES + 1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
