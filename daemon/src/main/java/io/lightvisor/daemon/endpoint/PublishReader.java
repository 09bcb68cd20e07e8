package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ImagesPost;
import io.lightvisor.api.ImagesPostSource;
import io.lightvisor.engine.image.ImageAttributes;
import io.lightvisor.engine.image.PublishRequest;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.SnapshotName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// Reads the body of POST `images` whose source is an instance or a snapshot.
final class PublishReader {
    private PublishReader() {}

    /// What is published.
    record Subject(Instance.Ref instance, Optional<SnapshotName> snapshot) {}

    static Subject subject(ProjectName project, ImagesPostSource source) {
        String name = Fields.text(source.name());
        if (name.isEmpty()) {
            throw Problem.badRequest("No source provided").exception();
        }
        String other = Fields.text(source.project());
        var from = other.isEmpty() ? project : new ProjectName(other);
        boolean snapshot = Fields.text(source.type()).equals("snapshot");
        int slash = name.indexOf('/');
        if (snapshot != (slash >= 0)) {
            throw Problem.badRequest(snapshot ? "Not a snapshot" : "Not an instance")
                    .exception();
        }
        String instance = slash < 0 ? name : name.substring(0, slash);
        return new Subject(
                new Instance.Ref(from, Fields.named(instance, InstanceName::new, "Instance not found")),
                snapshot
                        ? Optional.of(Fields.named(
                                name.substring(slash + 1),
                                SnapshotName::new,
                                "Failed to fetch snapshot of instance \"" + Problem.printable(instance)
                                        + "\": InstanceSnapshot not found"))
                        : Optional.empty());
    }

    static PublishRequest request(ProjectName project, ImagesPost post) {
        var aliases = new ArrayList<ImageAttributes.NewAlias>();
        if (post.aliases() != null) {
            for (var each : post.aliases()) {
                aliases.add(new ImageAttributes.NewAlias(each.name(), Fields.text(each.description())));
            }
        }
        String compression = Fields.text(post.compressionAlgorithm());
        return new PublishRequest(
                project,
                Fields.flag(post.isPublic()),
                post.properties() == null ? Optional.empty() : Optional.of(Fields.map(post.properties())),
                Optional.ofNullable(post.expiresAt()).filter(when -> when.isAfter(Instant.EPOCH)),
                aliases,
                compression.isEmpty() ? Optional.empty() : Optional.of(compression),
                Fields.text(post.filename()));
    }
}
