package io.lightvisor.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image as recorded. Its files are `images/FINGERPRINT` (unified tarball, or the metadata tarball of a split one)
/// and `images/FINGERPRINT.rootfs`.
///
/// @param filename     as uploaded
/// @param size         bytes of both files
/// @param type         what it makes
/// @param cached       came along with an instance's creation, may go when unused
/// @param autoUpdate   asks its source for a newer one
/// @param createdAt    from metadata.yaml
/// @param expiresAt    from metadata.yaml, or [Instant#EPOCH]
/// @param lastUsedAt   last instance made of it, or [Instant#EPOCH]
/// @param uploadedAt   when it came here
/// @param source       where a refresh asks
/// @param profiles     profiles of instances made of it
public record Image(
        ProjectName project,
        Fingerprint fingerprint,
        String filename,
        long size,
        InstanceType type,
        Architecture architecture,
        boolean isPublic,
        boolean cached,
        boolean autoUpdate,
        Map<String, String> properties,
        Instant createdAt,
        Instant expiresAt,
        Instant lastUsedAt,
        Instant uploadedAt,
        Optional<Source> source,
        List<ProfileName> profiles) {

    public Image {
        properties = Instance.sorted(properties);
        profiles = List.copyOf(profiles);
    }

    /// Where an image came from.
    ///
    /// @param protocol `lxd`, `simplestreams` or `bootstrap`
    public record Source(String server, String protocol, String alias, String certificate, String imageType) {}

    /// An image's name: its fingerprint in a project.
    public record Ref(ProjectName project, Fingerprint fingerprint) {}

    /// Names this image among all.
    public Ref ref() {
        return new Ref(project, fingerprint);
    }

    /// This image, used at `when`.
    public Image withLastUsed(Instant when) {
        return new Image(
                project,
                fingerprint,
                filename,
                size,
                type,
                architecture,
                isPublic,
                cached,
                autoUpdate,
                properties,
                createdAt,
                expiresAt,
                when,
                uploadedAt,
                source,
                profiles);
    }

    /// This image, wanted for its own sake and no longer a mere cache.
    public Image kept() {
        return new Image(
                project,
                fingerprint,
                filename,
                size,
                type,
                architecture,
                isPublic,
                false,
                autoUpdate,
                properties,
                createdAt,
                expiresAt,
                lastUsedAt,
                uploadedAt,
                source,
                profiles);
    }

    /// A name for an image; may hold slashes (`debian/12`).
    public record Alias(ProjectName project, String name, String description, Fingerprint target, InstanceType type) {
        /// An alias's name with its project.
        public record Ref(ProjectName project, String name) {}

        /// Names this alias among all.
        public Ref ref() {
            return new Ref(project, name);
        }
    }
}
