package io.lightvisor.engine.image;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.image.ImagePart;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Images;
import io.lightvisor.image.bootstrap.BootstrapAlias;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.ImageVolume;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Images as recorded, with their aliases; taken in, built, unpacked for pools, handed out, deleted.
public final class ImageCatalog {
    private final Store store;
    private final Events events;
    private final Operations operations;
    private final StoragePools pools;
    private final Images files;
    private final ImageBuilds builds;
    private final ImageOrigins origins;
    private final KeyedLocks<Fingerprint> locks =
            new KeyedLocks<>(); // an image is recorded or removed by one at a time

    /// @param elsewhere where images are fetched from, beside those that are built here
    public ImageCatalog(
            Path lxdDir,
            Store store,
            Events events,
            Operations operations,
            StoragePools pools,
            List<ImageOrigin> elsewhere) {
        this.store = store;
        this.events = events;
        this.operations = operations;
        this.pools = pools;
        this.files = new Images(lxdDir);
        this.builds = new ImageBuilds(lxdDir);
        var all = new ArrayList<ImageOrigin>(elsewhere);
        all.add(builds);
        this.origins = new ImageOrigins(all);
    }

    /// Removes what a crash left of uploads and builds.
    public void recover() {
        files.recover();
        builds.recover();
    }

    // ---- looking

    /// All of a project.
    public List<Image> list(ProjectName project) {
        var facts = store.facts();
        return facts.images(Projects.imagesOf(facts, project));
    }

    /// The image whose fingerprint begins so.
    public Image require(ProjectName project, String prefix) {
        var facts = store.facts();
        return require(facts, Projects.imagesOf(facts, project), prefix);
    }

    private static Image require(Facts facts, ProjectName owner, String prefix) {
        Image found = null;
        for (var image : facts.images(owner)) {
            if (!prefix.isEmpty() && image.fingerprint().value().startsWith(prefix)) {
                if (found != null) {
                    throw Problem.badRequest("More than one image matches").exception();
                }
                found = image;
            }
        }
        if (found == null) {
            throw Problem.notFound("Image not found").exception();
        }
        return found;
    }

    /// The aliases of an image.
    public List<Image.Alias> aliasesOf(Image image) {
        var found = new ArrayList<Image.Alias>();
        for (var alias : store.facts().imageAliases(image.project())) {
            if (alias.target().equals(image.fingerprint())) {
                found.add(alias);
            }
        }
        return found;
    }

    /// All aliases of a project.
    public List<Image.Alias> aliases(ProjectName project) {
        var facts = store.facts();
        return facts.imageAliases(Projects.imagesOf(facts, project));
    }

    /// The alias of that name.
    public Image.Alias requireAlias(ProjectName project, String name) {
        var facts = store.facts();
        return requireAlias(facts, Projects.imagesOf(facts, project), name);
    }

    private static Image.Alias requireAlias(Facts facts, ProjectName owner, String name) {
        return facts.imageAlias(new Image.Alias.Ref(owner, name))
                .orElseThrow(() -> Problem.notFound("Image alias not found").exception());
    }

    /// The files of an image, to be sent.
    public List<ImagePart> export(Image image) {
        return files.export(image.fingerprint());
    }

    // ---- aliases

    /// Gives an image a name.
    public void createAlias(ProjectName project, String name, String description, String target) {
        requireAliasName(name);
        var owner = store.decide(draft -> {
            var o = Projects.imagesOf(draft, project);
            if (draft.imageAlias(new Image.Alias.Ref(o, name)).isPresent()) {
                throw Problem.conflict("Alias \"" + name + "\" already exists").exception();
            }
            var image = require(draft, o, target);
            draft.put(Kind.IMAGE_ALIAS, new Image.Alias(o, name, description, image.fingerprint(), image.type()));
            return o;
        });
        events.lifecycle(owner, "image-alias-created", Urls.of("images/aliases", name, owner));
    }

    /// Points a name elsewhere, or describes it anew.
    public void updateAlias(
            ProjectName project,
            String name,
            Precondition<Image.Alias> precondition,
            String description,
            String target) {
        var owner = store.decide(draft -> {
            var o = Projects.imagesOf(draft, project);
            var before = requireAlias(draft, o, name);
            precondition.check(before);
            var image = require(draft, o, target);
            draft.put(Kind.IMAGE_ALIAS, new Image.Alias(o, name, description, image.fingerprint(), image.type()));
            return o;
        });
        events.lifecycle(owner, "image-alias-updated", Urls.of("images/aliases", name, owner));
    }

    /// Renames a name.
    public void renameAlias(ProjectName project, String from, String to) {
        requireAliasName(to);
        var owner = store.decide(draft -> {
            var o = Projects.imagesOf(draft, project);
            var before = requireAlias(draft, o, from);
            if (draft.imageAlias(new Image.Alias.Ref(o, to)).isPresent()) {
                throw Problem.conflict("Alias \"" + to + "\" already exists").exception();
            }
            draft.remove(Kind.IMAGE_ALIAS, before.ref());
            draft.put(Kind.IMAGE_ALIAS, new Image.Alias(o, to, before.description(), before.target(), before.type()));
            return o;
        });
        events.lifecycle(owner, "image-alias-renamed", Urls.of("images/aliases", to, owner), Map.of("old_name", from));
    }

    /// Takes a name away.
    public void deleteAlias(ProjectName project, String name) {
        var owner = store.decide(draft -> {
            var o = Projects.imagesOf(draft, project);
            draft.remove(Kind.IMAGE_ALIAS, requireAlias(draft, o, name).ref());
            return o;
        });
        events.lifecycle(owner, "image-alias-deleted", Urls.of("images/aliases", name, owner));
    }

    private static void requireAliasName(String name) {
        boolean good = !name.isEmpty() && name.length() <= 255 && !name.startsWith("/") && !name.endsWith("/");
        for (int i = 0; good && i < name.length(); i++) {
            good = name.charAt(i) > ' ' && name.charAt(i) != 0x7f;
        }
        if (!good) {
            throw Problem.badValue(
                            "image alias",
                            name,
                            "a name has 1 to 255 characters without blanks, and no slash at an end")
                    .exception();
        }
    }

    // ---- changing

    /// Changes what a user may change. A property with an empty value is removed: that is how `lxc image
    /// unset-property`
    /// says it.
    public void update(
            ProjectName project,
            String prefix,
            Precondition<Image> precondition,
            boolean isPublic,
            boolean autoUpdate,
            Map<String, String> properties,
            Optional<Instant> expiresAt,
            List<ProfileName> profiles) {
        var kept = new TreeMap<>(properties);
        kept.values().removeIf(String::isEmpty);
        var changed = store.decide(draft -> {
            var before = require(draft, Projects.imagesOf(draft, project), prefix);
            precondition.check(before);
            var after = new Image(
                    before.project(),
                    before.fingerprint(),
                    before.filename(),
                    before.size(),
                    before.type(),
                    before.architecture(),
                    isPublic,
                    before.cached(),
                    autoUpdate,
                    kept,
                    before.createdAt(),
                    expiresAt.orElse(before.expiresAt()),
                    before.lastUsedAt(),
                    before.uploadedAt(),
                    before.source(),
                    profiles);
            draft.put(Kind.IMAGE, after);
            return after;
        });
        events.lifecycle(
                changed.project(),
                "image-updated",
                Urls.of("images", changed.fingerprint().value(), changed.project()));
    }

    /// Deletes an image: its names, its files, and its content in pools.
    public Operation delete(ProjectName project, String prefix) {
        var image = require(project, prefix);
        return operations.task(
                image.project(),
                "Deleting image",
                Map.of("images", List.of(Urls.of("images", image.fingerprint().value(), image.project()))),
                _ -> remove(image));
    }

    private void remove(Image image) throws InterruptedException {
        try (var _ = locks.lock(image.fingerprint())) {
            boolean last = store.decide(draft -> {
                require(draft, image.project(), image.fingerprint().value());
                for (var alias : draft.imageAliases(image.project())) {
                    if (alias.target().equals(image.fingerprint())) {
                        draft.remove(Kind.IMAGE_ALIAS, alias.ref());
                    }
                }
                draft.remove(Kind.IMAGE, image.ref());
                boolean others = draft.all(Kind.IMAGE).stream()
                        .anyMatch(i -> i.fingerprint().equals(image.fingerprint()));
                if (!others) {
                    for (var volume : draft.all(Kind.STORAGE_VOLUME)) {
                        if (volume.type() == StorageVolume.Type.IMAGE
                                && volume.name().equals(image.fingerprint().value())) {
                            draft.remove(Kind.STORAGE_VOLUME, volume.ref());
                        }
                    }
                }
                return !others;
            });
            if (last) {
                for (var pool : store.facts().storagePools()) {
                    pools.deleteImage(pool, image.fingerprint());
                }
                files.delete(image.fingerprint());
            }
        }
        events.lifecycle(
                image.project(),
                "image-deleted",
                Urls.of("images", image.fingerprint().value(), image.project()));
    }

    // ---- taking in

    /// A place for an image's bytes on their way in; close it when it has come to nothing.
    public ImageUpload upload() {
        return files.receive();
    }

    /// Makes an image of what was uploaded.
    ///
    /// @param expected the fingerprint that was promised, if any
    public Operation importUpload(
            ProjectName project, ImageUpload upload, Optional<Fingerprint> expected, ImageAttributes attributes) {
        var owner = Projects.imagesOf(store.facts(), project);
        return operations.task(owner, "Downloading image", Map.of(), op -> {
            try (upload) {
                var image = keep(owner, upload, expected, attributes, Optional.empty(), false);
                tellResult(op, image);
            }
        });
    }

    /// Packs an image, into a place for it.
    public interface Packing {
        void pack(ImageUpload to, Operation op) throws Exception;
    }

    /// Makes an image of what is packed here.
    public Operation publish(
            ProjectName project, Map<String, List<String>> resources, ImageAttributes attributes, Packing packing) {
        var owner = Projects.imagesOf(store.facts(), project);
        for (var wanted : attributes.aliases()) {
            requireAliasName(wanted.name());
            if (store.facts()
                    .imageAlias(new Image.Alias.Ref(owner, wanted.name()))
                    .isPresent()) {
                throw Problem.conflict("Alias \"" + wanted.name() + "\" already exists")
                        .exception();
            }
        }
        return operations.task(owner, "Downloading image", resources, op -> {
            try (var upload = files.receive()) {
                packing.pack(upload, op);
                tellResult(op, keep(owner, upload, Optional.empty(), attributes, Optional.empty(), false));
            }
        });
    }

    private static void tellResult(Operation op, Image image) {
        op.quietMetadata("fingerprint", image.fingerprint().value());
        op.quietMetadata("size", Long.toString(image.size()));
    }

    private Image keep(
            ProjectName owner,
            ImageUpload upload,
            Optional<Fingerprint> expected,
            ImageAttributes attributes,
            Optional<Image.Source> source,
            boolean cached)
            throws Exception {
        var staged = upload.inspect(expected);
        var found = staged.image();
        try (var _ = locks.lock(found.fingerprint())) {
            if (store.facts().image(new Image.Ref(owner, found.fingerprint())).isPresent()) {
                throw Problem.conflict("Image with same fingerprint already exists")
                        .exception();
            }
            var properties = new TreeMap<>(found.properties());
            properties.putAll(attributes.properties());
            var image = new Image(
                    owner,
                    found.fingerprint(),
                    found.filename(),
                    found.size(),
                    found.type(),
                    found.architecture(),
                    attributes.isPublic(),
                    cached,
                    attributes.autoUpdate(),
                    properties,
                    found.createdAt(),
                    found.expiresAt(),
                    Instant.EPOCH,
                    Instant.now(),
                    source,
                    attributes.profiles());
            staged.keep();
            try {
                store.decide(draft -> {
                    draft.put(Kind.IMAGE, image);
                    for (var wanted : attributes.aliases()) {
                        requireAliasName(wanted.name());
                        if (draft.imageAlias(new Image.Alias.Ref(owner, wanted.name()))
                                .isPresent()) {
                            throw Problem.conflict("Alias \"" + wanted.name() + "\" already exists")
                                    .exception();
                        }
                        draft.put(
                                Kind.IMAGE_ALIAS,
                                new Image.Alias(
                                        owner, wanted.name(), wanted.description(), image.fingerprint(), image.type()));
                    }
                    return true;
                });
            } catch (RuntimeException e) {
                if (store.facts().all(Kind.IMAGE).stream()
                        .noneMatch(i -> i.fingerprint().equals(image.fingerprint()))) {
                    files.delete(image.fingerprint());
                }
                throw e;
            }
            events.lifecycle(
                    owner,
                    "image-created",
                    Urls.of("images", image.fingerprint().value(), owner),
                    Map.of("type", image.type().wire()));
            return image;
        }
    }

    // ---- remote and built

    /// What can be built from a source (`debian`, `busybox`).
    public List<BootstrapAlias> buildable(String source) {
        return builds.aliases(source);
    }

    /// Fetches or builds an image and keeps it under the given attributes.
    ///
    /// @param packages more packages for a built one
    public Operation fetch(
            ProjectName project, ImageQuery.Remote remote, List<String> packages, ImageAttributes attributes) {
        var owner = Projects.imagesOf(store.facts(), project);
        var known = origins.accept(remote, packages);
        return operations.task(owner, "Downloading image", Map.of(), op -> {
            var offer = origins.look(known);
            var here = offer.flatMap(o -> store.facts().image(new Image.Ref(owner, o.fingerprint())));
            if (here.isPresent()) {
                nameAnew(here.get(), attributes);
                tellResult(op, here.get());
                return;
            }
            tellResult(op, build(owner, known, packages, offer, attributes, false, op));
        });
    }

    /// An image that was here already gets the names that a copy of it was to have, and is no longer a mere cache.
    private void nameAnew(Image image, ImageAttributes attributes) {
        store.decide(draft -> {
            draft.put(Kind.IMAGE, image.kept());
            for (var wanted : attributes.aliases()) {
                requireAliasName(wanted.name());
                draft.put(
                        Kind.IMAGE_ALIAS,
                        new Image.Alias(
                                image.project(),
                                wanted.name(),
                                wanted.description(),
                                image.fingerprint(),
                                image.type()));
            }
            return true;
        });
    }

    private Image build(
            ProjectName owner,
            ImageQuery.Remote remote,
            List<String> packages,
            Optional<ImageOrigin.Offer> offer,
            ImageAttributes attributes,
            boolean cached,
            Operation op)
            throws Exception {
        try (var upload = files.receive()) {
            op.cancellable(() -> {}); // the interrupt that comes with it is enough
            origins.fetch(remote, packages, upload, new ProgressLine(op, "download_progress"));
            op.cancellable(null);
            var known = offer.map(o -> attributes.under(o.properties())).orElse(attributes);
            return keep(
                    owner,
                    upload,
                    offer.map(ImageOrigin.Offer::fingerprint),
                    known,
                    Optional.of(source(remote, packages)),
                    cached);
        }
    }

    private static Image.Source source(ImageQuery.Remote remote, List<String> packages) {
        String alias = packages.isEmpty() ? remote.alias() : remote.alias() + "+" + String.join(",", packages);
        return new Image.Source(remote.server(), remote.protocol(), alias, remote.certificate(), "container");
    }

    /// Builds or fetches a newer version of an image. Names, public flag and profiles move to the new one,
    /// the old
    /// one goes.
    public Operation refresh(ProjectName project, String prefix) {
        var image = require(project, prefix);
        var source = image.source()
                .orElseThrow(() -> Problem.badRequest("Image has no source to refresh from")
                        .exception());
        return operations.task(
                image.project(),
                "Refreshing image",
                Map.of("images", List.of(Urls.of("images", image.fingerprint().value(), image.project()))),
                op -> {
                    var plus = source.alias().indexOf('+');
                    var remote = new ImageQuery.Remote(
                            source.protocol(),
                            source.server(),
                            plus < 0 ? source.alias() : source.alias().substring(0, plus),
                            source.certificate(),
                            "");
                    List<String> packages = plus < 0
                            ? List.of()
                            : List.of(source.alias().substring(plus + 1).split(","));
                    var names = aliasesOf(image);
                    var attributes = new ImageAttributes(
                            image.isPublic(), image.autoUpdate(), Map.of(), List.of(), image.profiles());
                    Image fresh;
                    try {
                        var offer = origins.look(remote);
                        if (offer.filter(o -> o.fingerprint().equals(image.fingerprint()))
                                .isPresent()) {
                            op.quietMetadata("refreshed", false);
                            return;
                        }
                        fresh = build(image.project(), remote, packages, offer, attributes, image.cached(), op);
                    } catch (ProblemException e) {
                        if (e.problem() instanceof Problem.Conflict) {
                            op.quietMetadata("refreshed", false);
                            return;
                        }
                        throw e;
                    }
                    store.decide(draft -> {
                        for (var alias : names) {
                            draft.put(
                                    Kind.IMAGE_ALIAS,
                                    new Image.Alias(
                                            alias.project(),
                                            alias.name(),
                                            alias.description(),
                                            fresh.fingerprint(),
                                            fresh.type()));
                        }
                        return true;
                    });
                    remove(image);
                    op.quietMetadata("refreshed", true);
                });
    }

    // ---- for instances

    /// The image that a new instance asks for; fetched or built first if it comes from elsewhere and is not
    /// here.
    /// Concurrent askers share one build.
    public Image resolve(ProjectName project, ImageQuery query, InstanceType type, Operation op) throws Exception {
        var facts = store.facts();
        var owner = Projects.imagesOf(facts, project);
        var image = switch (query) {
            case ImageQuery.ByFingerprint f -> require(facts, owner, f.prefix());
            case ImageQuery.ByAlias a -> {
                var alias = requireAlias(facts, owner, a.alias());
                yield require(facts, owner, alias.target().value());
            }
            case ImageQuery.ByProperties p -> newest(facts, owner, p.properties());
            case ImageQuery.Remote r -> here(owner, r, op);
        };
        if (image.type() != type) {
            throw Problem.badRequest("Requested image's type \"" + image.type().wire()
                            + "\" doesn't match instance type \"" + type.wire() + "\"")
                    .exception();
        }
        return image;
    }

    private static Image newest(Facts facts, ProjectName owner, Map<String, String> properties) {
        Image newest = null;
        for (var image : facts.images(owner)) {
            if (image.properties().entrySet().containsAll(properties.entrySet())
                    && (newest == null || image.createdAt().isAfter(newest.createdAt()))) {
                newest = image;
            }
        }
        if (newest == null) {
            throw Problem.badRequest("No matching image could be found").exception();
        }
        return newest;
    }

    private Image here(ProjectName owner, ImageQuery.Remote asked, Operation op) throws Exception {
        var remote = origins.accept(asked, List.of());
        try (var _ = origins.lock(remote)) {
            var offer = origins.look(remote);
            var source = source(remote, List.of());
            for (var image : store.facts().images(owner)) {
                boolean same = offer.isPresent()
                        ? image.fingerprint().equals(offer.get().fingerprint())
                        : image.source().filter(source::equals).isPresent();
                if (same) {
                    return image;
                }
            }
            return build(owner, remote, List.of(), offer, ImageAttributes.NONE, true, op);
        }
    }

    /// An image's content in a pool, unpacked now if it is not there.
    public ImageVolume unpacked(Image image, StoragePool pool, Operation op) throws InterruptedException {
        var progress = new ProgressLine(op, "create_instance_from_image_unpack_progress");
        var volume = pools.ensureImage(
                pool, image.fingerprint(), folder -> files.unpack(files.files(image.fingerprint()), folder, progress));
        if (volume.unpacked()) {
            var record = new StorageVolume(
                    pool.name(),
                    image.project(),
                    StorageVolume.Type.IMAGE,
                    image.fingerprint().value(),
                    "",
                    Map.of(),
                    Instant.now());
            store.decide(draft -> {
                draft.put(Kind.STORAGE_VOLUME, record);
                return true;
            });
        }
        return volume;
    }
}
